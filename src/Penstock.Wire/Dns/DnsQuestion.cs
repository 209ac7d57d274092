namespace Penstock.Wire.Dns;

/// <summary>An entry of the question section.</summary>
public readonly ref struct DnsQuestion
{
    /// <summary>What is asked about.</summary>
    public DnsName Name { get; init; }

    /// <summary>QTYPE.</summary>
    public DnsType Type { get; init; }

    /// <summary>QCLASS.</summary>
    public DnsClass Class { get; init; }

    /// <summary>Where the name stands in the message.</summary>
    public int Offset { get; init; }
}
