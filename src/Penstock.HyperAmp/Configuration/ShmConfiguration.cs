using System;
using System.Collections.Generic;
using Penstock.HyperAmp.Queue;

namespace Penstock.HyperAmp.Configuration;

/// <summary>A region as the original's <c>shm_config.json</c> describes it, with the optional keys.</summary>
public sealed record ShmConfiguration
{
    /// <summary>The payload area.</summary>
    public required AddressRange Payload { get; init; }

    /// <summary>Zone 0's queue page, where requests travel.</summary>
    public required AddressRange Queue { get; init; }

    /// <summary>The other zone's queue page, whose mark a service sets when it starts.</summary>
    public required AddressRange PeerQueue { get; init; }

    /// <summary>Optional key <c>backend</c>: devmem, file, shm, memfd or ivshmem. Default devmem.</summary>
    public RegionBackend Backend { get; init; } = RegionBackend.DevMem;

    /// <summary>Optional key <c>path</c>: the file, the name in <c>/dev/shm</c>, or the device.</summary>
    public string? Path { get; init; }

    /// <summary>Optional key <c>layout</c>: v1, v2 or auto. Default auto.</summary>
    public QueueLayout Layout { get; init; } = QueueLayout.Auto;

    /// <summary>Optional key <c>notify</c>: poll, futex, eventfd, hvisor, mmio or ivshmem. Default futex.</summary>
    public NotifyMode Notify { get; init; } = NotifyMode.Futex;

    /// <summary>Optional key <c>wait</c>: auto, spin, yield or block. Default auto.</summary>
    public WaitMode Wait { get; init; } = WaitMode.Auto;

    /// <summary>Optional key <c>group</c>: numeric group that may open the region's file. Default nobody but its owner.</summary>
    public uint? Group { get; init; }

    /// <summary>What was left out, and why.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The lowest address: where a file begins.</summary>
    public ulong Lowest => Math.Min(Payload.Start, Math.Min(Queue.Start, PeerQueue.Start));

    /// <summary>Bytes from the lowest to the highest address.</summary>
    public int Span => (int)(Math.Max(Payload.End, Math.Max(Queue.End, PeerQueue.End)) - Lowest);

    /// <summary>A region for two local processes: nothing to configure but the name.</summary>
    /// <param name="path">The name in <c>/dev/shm</c>.</param>
    /// <param name="payload">Bytes of payload, a multiple of 4096.</param>
    /// <param name="queue">Bytes of a queue page, a multiple of 4096.</param>
    public static ShmConfiguration Local(string path, int payload = 0x400000, int queue = 0x1000) => new()
    {
        Payload = new AddressRange(0, payload),
        Queue = new AddressRange((ulong)payload, queue),
        PeerQueue = new AddressRange((ulong)payload + (ulong)Math.Max(queue, 0x10000), queue),
        Backend = RegionBackend.Shm,
        Path = path,
    };
}
