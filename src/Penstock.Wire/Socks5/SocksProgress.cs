namespace Penstock.Wire.Socks5;

/// <summary>How far a parser came.</summary>
public enum SocksProgress
{
    /// <summary>The bytes are right so far and the message is not complete: call again with all of them and more.</summary>
    NeedMore,

    /// <summary>The message is complete.</summary>
    Done,

    /// <summary>The bytes are not what the protocol allows; the connection is of no further use.</summary>
    Error,
}
