using System.Collections.Generic;

namespace Penstock.Linux.Tun;

/// <summary>What a TUN device really does.</summary>
/// <remarks>
/// With <see cref="VirtioHeader"/> a read may always bring a super-packet of up to 65 535 bytes behind its header; Tso4,
/// Tso6 and Uso say what may be written as one.
/// </remarks>
public sealed record TunFeatures
{
    /// <summary>Each packet has a virtio_net_hdr of <see cref="HeaderSize"/> bytes in front, in host byte order.</summary>
    public bool VirtioHeader => HeaderSize != 0;

    /// <summary>0, or 10.</summary>
    public int HeaderSize { get; init; }

    /// <summary>Transport checksums may be left to the other side.</summary>
    public bool Checksum { get; init; }

    /// <summary>TCP super-packets over IPv4 may be written.</summary>
    public bool Tso4 { get; init; }

    /// <summary>TCP super-packets over IPv6 may be written.</summary>
    public bool Tso6 { get; init; }

    /// <summary>
    /// BIG TCP packets may be written: super-packets of more than 65 535 bytes, which Linux takes since 6.6, up to 458 752
    /// bytes behind the headers: it gives them memory in 17 parts at most, of 32 KB or of what is left when that is short.
    /// </summary>
    public bool Big { get; init; }

    /// <summary>UDP super-packets may be written.</summary>
    public bool Uso { get; init; }

    /// <summary>The device takes more than one queue.</summary>
    public bool MultiQueue { get; init; }

    /// <summary>A sentence for each wish that was not granted.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];
}
