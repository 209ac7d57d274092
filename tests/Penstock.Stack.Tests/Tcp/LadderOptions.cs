using Penstock.Stack.Tcp;

namespace Penstock.Stack.Tests.Tcp;

/// <summary>How a ladder's two ends begin.</summary>
internal sealed record LadderOptions
{
    public TcpOptions Tcp { get; init; } = new();

    public bool V6 { get; init; }

    public int Mtu { get; init; } = 1500;

    public bool Checksum { get; init; } = true;

    public bool SegmentOffload { get; init; } = true;

    /// <summary>The app is on the device's own address, and the device takes BIG TCP packets.</summary>
    public bool Big { get; init; }

    public long Budget { get; init; } = 64 << 20;

    /// <summary>What the peer's SYN offers.</summary>
    public ushort PeerMss { get; init; } = 1460;

    public int PeerScale { get; init; } = 7;

    public bool PeerSack { get; init; } = true;

    public bool PeerTimestamps { get; init; }

    public bool PeerEcn { get; init; }

    /// <summary>The time to live that the peer's packets arrive with.</summary>
    public byte PeerTtl { get; init; } = 64;

    public uint PeerIsn { get; init; } = 0x1000_0000;

    /// <summary>The window that the peer's segments carry unless a test says otherwise, before scaling.</summary>
    public ushort PeerWindow { get; init; } = 65535;
}
