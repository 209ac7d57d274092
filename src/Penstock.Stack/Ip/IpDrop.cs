namespace Penstock.Stack.Ip;

/// <summary>Why a packet went no further.</summary>
public enum IpDrop
{
    /// <summary>Not an IP packet, shorter than it says, or a chain of extension headers without end.</summary>
    Malformed,

    /// <summary>A checksum that had to be verified is wrong.</summary>
    BadChecksum,

    /// <summary>The source is a multicast, broadcast or unspecified address.</summary>
    BadSource,

    /// <summary>The destination is one that the protocol cannot serve.</summary>
    BadDestination,

    /// <summary>The time to live ends here; the sender was told.</summary>
    TtlExceeded,

    /// <summary>Neither TCP, UDP nor ICMP.</summary>
    UnknownProtocol,

    /// <summary>ICMP that is not answered.</summary>
    IgnoredIcmp,

    /// <summary>A fragment whose length or place makes no sense, or a datagram of too many fragments.</summary>
    BadFragment,

    /// <summary>Fragments overlapped: the whole datagram is dropped (RFC 5722).</summary>
    OverlappingFragments,

    /// <summary>A fragment that came twice.</summary>
    DuplicateFragment,

    /// <summary>A datagram gave way to a newer one: the bound of datagrams or bytes was reached.</summary>
    ReassemblyFull,

    /// <summary>The rest of a datagram did not come in time.</summary>
    ReassemblyTimeout,

    /// <summary>The memory budget had no buffer left.</summary>
    NoMemory,

    /// <summary>The device had no room for a packet that was written.</summary>
    DeviceFull,

    /// <summary>A datagram longer than IP can carry was to be sent.</summary>
    TooLarge,

    /// <summary>An ICMP error was not sent: too many in too short a time.</summary>
    RateLimited,
}
