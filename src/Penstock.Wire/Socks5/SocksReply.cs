namespace Penstock.Wire.Socks5;

/// <summary>The REP byte of an answer to a request (RFC 1928 section 6).</summary>
public enum SocksReply : byte
{
    /// <summary>The request is granted.</summary>
    Succeeded = 0,

    /// <summary>The server failed for a reason of its own.</summary>
    GeneralFailure = 1,

    /// <summary>The server's rules forbid the destination.</summary>
    NotAllowed = 2,

    /// <summary>No route to the network.</summary>
    NetworkUnreachable = 3,

    /// <summary>The host does not answer, or its name does not resolve.</summary>
    HostUnreachable = 4,

    /// <summary>The destination answered with RST.</summary>
    ConnectionRefused = 5,

    /// <summary>The time to live ran out on the way.</summary>
    TtlExpired = 6,

    /// <summary>The server does not know the command.</summary>
    CommandNotSupported = 7,

    /// <summary>The server does not know the address type.</summary>
    AddressTypeNotSupported = 8,
}
