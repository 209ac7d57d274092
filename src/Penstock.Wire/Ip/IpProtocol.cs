namespace Penstock.Wire.Ip;

/// <summary>Protocol numbers (IANA) that the tunnel speaks or walks over.</summary>
public enum IpProtocol : byte
{
    /// <summary>IPv6 hop-by-hop options, RFC 8200 (4.3).</summary>
    HopByHop = 0,

    /// <summary>ICMP for IPv4.</summary>
    Icmp = 1,

    /// <summary>TCP.</summary>
    Tcp = 6,

    /// <summary>UDP.</summary>
    Udp = 17,

    /// <summary>IPv6 routing header, RFC 8200 (4.4).</summary>
    Routing = 43,

    /// <summary>IPv6 fragment header, RFC 8200 (4.5).</summary>
    Fragment = 44,

    /// <summary>ICMP for IPv6.</summary>
    IcmpV6 = 58,

    /// <summary>Nothing follows, RFC 8200 (4.7).</summary>
    NoNext = 59,

    /// <summary>IPv6 destination options, RFC 8200 (4.6).</summary>
    DestinationOptions = 60,
}
