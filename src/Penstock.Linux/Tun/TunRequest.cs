namespace Penstock.Linux.Tun;

/// <summary>What is wanted of a TUN device.</summary>
public sealed record TunRequest
{
    /// <summary>The name, a pattern such as "hev%d" that the kernel numbers, or null for "tun%d".</summary>
    public string? Name { get; init; }

    /// <summary>Queues wanted, 1 to 256; a device that was made with a single one gives one.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>Offloads wished for; what the kernel refuses is left out and told in <see cref="TunFeatures"/>.</summary>
    public TunOffload Offload { get; init; } = TunOffload.All;

    /// <summary>Join a device that another process has open, and let others join ours; otherwise a device in use is refused.</summary>
    public bool Shared { get; init; }
}
