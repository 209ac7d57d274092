using System;

namespace Penstock.Wire.Dns;

/// <summary>A resource record (RFC 1035 section 3.2.1), as a view.</summary>
public readonly ref struct DnsRecord
{
    /// <summary>Whom the record is about.</summary>
    public DnsName Name { get; init; }

    /// <summary>TYPE.</summary>
    public DnsType Type { get; init; }

    /// <summary>CLASS; the sender's UDP payload size in an OPT record.</summary>
    public ushort Class { get; init; }

    /// <summary>Seconds; extended response code, version and flags in an OPT record.</summary>
    public uint Ttl { get; init; }

    /// <summary>RDATA.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>Where RDATA stands in the message: names in it may point back.</summary>
    public int DataOffset { get; init; }
}
