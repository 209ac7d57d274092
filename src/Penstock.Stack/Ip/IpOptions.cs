namespace Penstock.Stack.Ip;

/// <summary>How the IP layer behaves.</summary>
/// <remarks>Times are in microseconds, sizes in bytes.</remarks>
public sealed record IpOptions
{
    /// <summary>Answer echo requests to any unicast address.</summary>
    public bool EchoReply { get; init; }

    /// <summary>Answer unicast packets whose time to live is 1 or 0 with ICMP time exceeded, as a router does.</summary>
    public bool CheckTtl { get; init; } = true;

    /// <summary>TTL or hop limit of what is sent.</summary>
    public byte Ttl { get; init; } = 64;

    /// <summary>Datagrams in reassembly at a time; the oldest gives way.</summary>
    public int MaxPartialDatagrams { get; init; } = 256;

    /// <summary>Memory that datagrams in reassembly may pin; the oldest gives way.</summary>
    public int MaxPartialBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long the fragments of an IPv4 datagram may take; RFC 1122 (3.3.2) asks for a fixed time.</summary>
    public long ReassemblyTimeV4 { get; init; } = 30_000_000;

    /// <summary>The same for IPv6: 60 seconds, RFC 8200 (4.5).</summary>
    public long ReassemblyTimeV6 { get; init; } = 60_000_000;

    /// <summary>Addresses whose path is remembered to take less than the device; the one told of longest ago gives way.</summary>
    public int MaxPaths { get; init; } = 256;

    /// <summary>How long that is believed; 10 minutes, RFC 8201 (4).</summary>
    public long PathLifetime { get; init; } = 600_000_000;

    /// <summary>ICMP errors a second.</summary>
    public int IcmpErrorsPerSecond { get; init; } = 1000;

    /// <summary>ICMP errors at once after a silence.</summary>
    public int IcmpErrorBurst { get; init; } = 100;
}
