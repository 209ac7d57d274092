namespace Penstock.Native.Tests.Building;

/// <summary>What a program is linked with.</summary>
public enum Linking
{
    /// <summary>Nothing: it opens the library itself.</summary>
    None,

    /// <summary>libhev-socks5-tunnel.so.</summary>
    DropIn,

    /// <summary>libpenstock.so.</summary>
    Penstock,

    /// <summary>libpenstock.a.</summary>
    Static,
}
