using System;

namespace Penstock.Wire.Socks5;

/// <summary>The methods of a greeting that Penstock knows; others that a client offers are not kept.</summary>
[Flags]
public enum SocksMethods
{
    /// <summary>Nothing that Penstock knows.</summary>
    Unknown = 0,

    /// <summary><see cref="SocksMethod.None"/> is offered.</summary>
    None = 1,

    /// <summary><see cref="SocksMethod.UserPassword"/> is offered.</summary>
    UserPassword = 2,
}
