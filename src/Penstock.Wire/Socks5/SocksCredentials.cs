using System;

namespace Penstock.Wire.Socks5;

/// <summary>User name and password of an RFC 1929 message, as a view of its bytes.</summary>
public readonly ref struct SocksCredentials
{
    internal SocksCredentials(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        User = user;
        Password = password;
    }

    /// <summary>0 to 255 bytes.</summary>
    public ReadOnlySpan<byte> User { get; }

    /// <summary>0 to 255 bytes.</summary>
    public ReadOnlySpan<byte> Password { get; }
}
