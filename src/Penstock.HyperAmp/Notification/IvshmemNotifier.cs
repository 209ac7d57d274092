using System;
using System.Globalization;
using System.IO;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Notification;

/// <summary>The doorbell register of an ivshmem device: BAR 0, offset 12, peer in the upper half, vector in the lower.</summary>
/// <remarks>
/// Beside the memory (<c>resource2</c>, the configuration's path) lies <c>resource0</c> with the registers. Which peer to
/// ring is told by the environment, <c>PENSTOCK_IVSHMEM_PEER</c>, default 0. Interrupts of the guest need a driver that
/// Linux does not bring along, so the end that is rung naps and looks.
/// </remarks>
public sealed class IvshmemNotifier : INotifier
{
    private const int Registers = 256;
    private const int DoorbellOffset = 12;
    private const string PeerVariable = "PENSTOCK_IVSHMEM_PEER";

    private readonly MappedMemory _registers;
    private readonly uint _word;

    /// <summary>Opens the registers beside a memory resource.</summary>
    /// <exception cref="RegionException">There are none.</exception>
    public IvshmemNotifier(string memory)
    {
        string registers = Path.Combine(Path.GetDirectoryName(memory) ?? "/", "resource0");
        try
        {
            _registers = MappedMemory.OpenDevice(registers, 0, Registers, uncached: false);
        }
        catch (IOException failure)
        {
            throw new RegionException($"the doorbell cannot be opened: {failure.Message}; notify=poll needs none", failure);
        }
        _ = ushort.TryParse(Environment.GetEnvironmentVariable(PeerVariable), CultureInfo.InvariantCulture, out ushort peer);
        _word = (uint)peer << 16;
    }

    /// <inheritdoc/>
    public void Ring(ushort service) => _registers.Window.WriteUInt32(DoorbellOffset, _word);

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
    public void Wait(TimeSpan timeout) => Processor.Nap(timeout);

    /// <inheritdoc/>
    public void Dispose() => _registers.Dispose();
}
