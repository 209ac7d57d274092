namespace Penstock.Wire.Socks5;

/// <summary>An authentication method (RFC 1928 section 3).</summary>
public enum SocksMethod : byte
{
    /// <summary>No authentication.</summary>
    None = 0,

    /// <summary>User name and password (RFC 1929).</summary>
    UserPassword = 2,

    /// <summary>The server accepts none of the offered methods and closes.</summary>
    NoneAcceptable = 0xff,
}
