namespace Penstock.Wire.Socks5;

/// <summary>What is wrong with a message.</summary>
public enum SocksError
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The version byte is not 5 (or not 1 in RFC 1929 messages).</summary>
    BadVersion,

    /// <summary>The server chose a method that was not offered, or refused all that were.</summary>
    MethodRefused,

    /// <summary>The server did not accept user name and password.</summary>
    AuthenticationRefused,

    /// <summary>The address type is none of 01, 03 and 04.</summary>
    BadAddressType,

    /// <summary>The name of a destination is empty.</summary>
    EmptyName,

    /// <summary>A greeting that offers no method at all.</summary>
    NoMethods,

    /// <summary>The header length of a UDP-in-TCP message does not cover its address.</summary>
    BadHeaderLength,
}
