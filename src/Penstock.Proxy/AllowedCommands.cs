using System;

namespace Penstock.Proxy;

/// <summary>The commands that a server may serve.</summary>
[Flags]
public enum AllowedCommands
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>TCP connections.</summary>
    Connect = 1,

    /// <summary>Datagrams on a UDP port (UDP ASSOCIATE).</summary>
    UdpAssociate = 2,

    /// <summary>Datagrams as messages on the TCP connection (command 05).</summary>
    UdpInTcp = 4,

    /// <summary>All three.</summary>
    All = Connect | UdpAssociate | UdpInTcp,
}
