using System;

namespace Penstock.Tests;

/// <summary>What a test needs from the machine beyond .NET.</summary>
[Flags]
public enum Needs
{
    Nothing = 0,

    /// <summary>Root: network namespaces, TUN devices, marks.</summary>
    Root = 1,

    /// <summary>/dev/net/tun.</summary>
    Tun = 2,

    /// <summary>A C compiler and the kernel's headers.</summary>
    Gcc = 4,

    /// <summary>curl.</summary>
    Curl = 8,

    /// <summary>ip, of iproute2: to make what somebody else would have made.</summary>
    Ip = 16,

    /// <summary>dig, of bind9-dnsutils: a resolver's client that somebody else wrote.</summary>
    Dig = 32,
}
