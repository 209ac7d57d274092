using Penstock.Linux.Interop;

namespace Penstock.Linux.Sockets;

/// <summary>What a socket's addresses look like.</summary>
public enum AddressFamily
{
    /// <summary>None yet.</summary>
    Unspecified = Libc.AF_UNSPEC,

    /// <summary>Paths on this machine.</summary>
    Unix = Libc.AF_UNIX,

    /// <summary>IPv4.</summary>
    Inet = Libc.AF_INET,

    /// <summary>IPv6.</summary>
    Inet6 = Libc.AF_INET6,
}
