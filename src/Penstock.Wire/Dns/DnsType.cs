namespace Penstock.Wire.Dns;

/// <summary>Record and query types that Penstock looks at; any other number may occur.</summary>
public enum DnsType : ushort
{
    /// <summary>An IPv4 address (RFC 1035).</summary>
    A = 1,

    /// <summary>The start of a zone (RFC 1035).</summary>
    Soa = 6,

    /// <summary>A name that an address points to (RFC 1035).</summary>
    Ptr = 12,

    /// <summary>Mail exchange (RFC 1035).</summary>
    Mx = 15,

    /// <summary>An IPv6 address (RFC 3596).</summary>
    Aaaa = 28,

    /// <summary>The pseudo-record of EDNS (RFC 6891).</summary>
    Opt = 41,

    /// <summary>Service binding for HTTPS (RFC 9460).</summary>
    Https = 65,

    /// <summary>All types; queries only (RFC 1035, RFC 8482).</summary>
    Any = 255,
}
