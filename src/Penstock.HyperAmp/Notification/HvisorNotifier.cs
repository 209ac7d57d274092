using System;
using System.IO;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Notification;

/// <summary>The hypervisor's doorbells (contract 4): <c>/dev/hvisor</c> or the MMIO word to ring, <c>/dev/hshm0</c> to be rung.</summary>
/// <remarks>
/// A ring interrupts the other zone whether its service sleeps or not, since no side region tells. Interrupts coalesce, so
/// one wake-up may stand for many rings; a service drains the queue after each. Without <c>/dev/hshm0</c> it naps instead.
/// </remarks>
public sealed class HvisorNotifier : INotifier
{
    /// <summary>Physical address of the doorbell page.</summary>
    public const long DoorbellAddress = 0x6E410000;

    private const int DoorbellLength = 64;
    private const uint RingRequest = 10;
    private const ulong Interrupt = 74;

    private readonly int _zone;
    private readonly DoorbellDevice? _bell;
    private readonly DoorbellDevice? _receiver;
    private readonly MappedMemory? _page;

    private HvisorNotifier(int zone, DoorbellDevice? bell, MappedMemory? page, DoorbellDevice? receiver)
    {
        _zone = zone;
        _bell = bell;
        _page = page;
        _receiver = receiver;
    }

    /// <summary>The end that rings.</summary>
    /// <param name="mode">The ioctl or the MMIO word.</param>
    /// <param name="zone">The zone to interrupt; the originals' service is zone 1.</param>
    /// <param name="device"><c>/dev/hvisor</c>, or <c>/dev/mem</c> for the word; another path for tests.</param>
    /// <param name="offset">Where the doorbell page lies in the device.</param>
    /// <exception cref="RegionException">The device cannot be opened.</exception>
    public static HvisorNotifier ForClient(NotifyMode mode, int zone = 1, string? device = null, long offset = DoorbellAddress)
    {
        try
        {
            if (mode == NotifyMode.Hvisor)
                return new HvisorNotifier(zone, DoorbellDevice.Open(device ?? "/dev/hvisor"), null, null);
            MappedMemory page = MappedMemory.OpenDevice(device ?? "/dev/mem", offset, DoorbellLength, uncached: true);
            // The first write only makes the page known to the hypervisor.
            page.Window.WriteUInt32(0, 0);
            return new HvisorNotifier(zone, null, page, null);
        }
        catch (IOException failure)
        {
            throw new RegionException($"the doorbell cannot be opened: {failure.Message}; notify=poll needs none", failure);
        }
    }

    /// <summary>The end that is rung.</summary>
    /// <param name="device"><c>/dev/hshm0</c>, or another path for tests; without it the service naps.</param>
    public static HvisorNotifier ForService(string device = "/dev/hshm0") =>
        new(0, null, null, File.Exists(device) ? DoorbellDevice.Open(device) : null);

    /// <inheritdoc/>
    public void Ring(ushort service)
    {
        _ = _bell?.Ring(RingRequest, (ulong)_zone, service, Interrupt);
        _page?.Window.WriteUInt32(0, ((uint)_zone << 16) | service);
    }

    /// <inheritdoc/>
    public void Arm()
    {
    }

    /// <inheritdoc/>
    public bool IsWoken => false;

    /// <inheritdoc/>
    public void Wake()
    {
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan timeout)
    {
        if (_receiver is null)
            Processor.Nap(timeout);
        else
            _ = _receiver.Wait(timeout);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _bell?.Dispose();
        _receiver?.Dispose();
        _page?.Dispose();
    }
}
