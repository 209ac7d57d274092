namespace Penstock.Wire.Socks5;

/// <summary>The CMD byte of a request (RFC 1928 section 4).</summary>
public enum SocksCommand : byte
{
    /// <summary>Open a TCP connection to the destination.</summary>
    Connect = 1,

    /// <summary>Wait for a TCP connection from outside; not spoken by Penstock.</summary>
    Bind = 2,

    /// <summary>Relay datagrams on a UDP port of the proxy while this connection lives.</summary>
    UdpAssociate = 3,

    /// <summary>Relay datagrams as messages on this connection (<see cref="UdpInTcpMessage"/>); not in the RFC.</summary>
    UdpInTcp = 5,
}
