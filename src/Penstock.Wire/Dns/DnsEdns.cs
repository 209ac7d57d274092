namespace Penstock.Wire.Dns;

/// <summary>What an OPT record says (RFC 6891 section 6.1.3).</summary>
/// <remarks>
/// <code>
///   NAME 0 | TYPE 41 | CLASS payload size | TTL: ext. RCODE (8) | version (8) | DO (1) | Z (15) | RDLEN | options
/// </code>
/// </remarks>
/// <param name="PayloadSize">The largest UDP payload that the sender can take, at least 512.</param>
/// <param name="Version">0 is the only one.</param>
/// <param name="DnssecOk">DO: DNSSEC records are welcome; an answer repeats it (RFC 3225).</param>
public readonly record struct DnsEdns(int PayloadSize, int Version, bool DnssecOk)
{
    /// <summary>The least that anybody can take without EDNS (RFC 1035 section 2.3.4).</summary>
    public const int MinPayloadSize = 512;

    private const uint DnssecOkBit = 0x8000;

    /// <summary>Reads what a record of type OPT says.</summary>
    public static DnsEdns From(in DnsRecord record) => new(
        record.Class < MinPayloadSize ? MinPayloadSize : record.Class,
        (int)(record.Ttl >> 16) & 0xff,
        (record.Ttl & DnssecOkBit) != 0);

    /// <summary>The TTL field of the record, with the high bits of a response code.</summary>
    public uint ToTtl(DnsResponseCode code) =>
        ((uint)code >> 4 << 24) | ((uint)Version << 16) | (DnssecOk ? DnssecOkBit : 0);
}
