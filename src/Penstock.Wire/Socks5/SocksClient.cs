using System;

namespace Penstock.Wire.Socks5;

/// <summary>The client's half of the handshake: writes requests, reads answers (RFC 1928, RFC 1929).</summary>
/// <remarks>
/// <code>
///   client                                server
///   05 01 METHOD              ───────▶
///                             ◀───────    05 METHOD
///   01 ulen user plen pass    ───────▶                  only after method 02
///                             ◀───────    01 STATUS
///   05 CMD 00 address-block   ───────▶
///                             ◀───────    05 REP 00 address-block
/// </code>
/// Writers return the number of bytes written and need a span that is large enough; parsers follow
/// <see cref="SocksResult"/>. Pipelining is a matter of when the caller sends, not of the format.
/// </remarks>
public static class SocksClient
{
    /// <summary>Bytes of the greeting.</summary>
    public const int GreetingLength = 3;

    /// <summary>Bytes of the longest user name and password message.</summary>
    public const int MaxAuthentication = 3 + 255 + 255;

    /// <summary>Bytes of the longest request, and of the longest answer to one.</summary>
    public const int MaxRequest = 3 + SocksDestination.MaxBlock;

    private const byte Version = 5;
    private const byte AuthenticationVersion = 1;

    /// <summary>Offers exactly one method: user name and password, or none.</summary>
    public static int WriteGreeting(Span<byte> bytes, bool withCredentials)
    {
        bytes[0] = Version;
        bytes[1] = 1;
        bytes[2] = (byte)(withCredentials ? SocksMethod.UserPassword : SocksMethod.None);
        return GreetingLength;
    }

    /// <summary>Writes user name and password.</summary>
    /// <param name="bytes">At least <see cref="MaxAuthentication"/>, or what the two need.</param>
    /// <param name="user">0 to 255 bytes.</param>
    /// <param name="password">0 to 255 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the two is longer than its length byte can say.</exception>
    public static int WriteAuthentication(Span<byte> bytes, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(user.Length, 255, nameof(user));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(password.Length, 255, nameof(password));
        bytes[0] = AuthenticationVersion;
        bytes[1] = (byte)user.Length;
        user.CopyTo(bytes[2..]);
        bytes[2 + user.Length] = (byte)password.Length;
        password.CopyTo(bytes[(3 + user.Length)..]);
        return 3 + user.Length + password.Length;
    }

    /// <summary>Writes a request.</summary>
    /// <param name="bytes">At least <see cref="MaxRequest"/>, or 3 + <see cref="SocksDestination.BlockLength"/>.</param>
    /// <param name="command">What the server is to do.</param>
    /// <param name="destination">
    /// For the UDP commands all zero, in the family in which the proxy was reached.
    /// </param>
    public static int WriteRequest(Span<byte> bytes, SocksCommand command, in SocksDestination destination)
    {
        bytes[0] = Version;
        bytes[1] = (byte)command;
        bytes[2] = 0;
        return 3 + SocksAddressBlock.Write(bytes[3..], destination);
    }

    /// <summary>Reads the server's choice of a method.</summary>
    /// <param name="bytes">All that has arrived.</param>
    /// <param name="offeredCredentials">What the greeting said.</param>
    /// <param name="method">
    /// <see cref="SocksMethod.None"/> (also when credentials were offered: they are then not sent, and in a pipeline
    /// the server does not answer them) or <see cref="SocksMethod.UserPassword"/>.
    /// </param>
    public static SocksResult ParseMethod(ReadOnlySpan<byte> bytes, bool offeredCredentials, out SocksMethod method)
    {
        method = SocksMethod.None;
        if (bytes.Length > 0 && bytes[0] != Version)
            return SocksResult.Fail(SocksError.BadVersion);
        if (bytes.Length < 2)
            return SocksResult.NeedMore;
        method = (SocksMethod)bytes[1];
        return method == SocksMethod.None || (method == SocksMethod.UserPassword && offeredCredentials)
            ? SocksResult.Done(2)
            : SocksResult.Fail(SocksError.MethodRefused);
    }

    /// <summary>Reads the answer to user name and password.</summary>
    public static SocksResult ParseAuthentication(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && bytes[0] != AuthenticationVersion)
            return SocksResult.Fail(SocksError.BadVersion);
        if (bytes.Length < 2)
            return SocksResult.NeedMore;
        return bytes[1] == 0 ? SocksResult.Done(2) : SocksResult.Fail(SocksError.AuthenticationRefused);
    }

    /// <summary>Reads the answer to a request.</summary>
    /// <param name="bytes">All that has arrived.</param>
    /// <param name="reply">The server's word; meaningful when done.</param>
    /// <param name="bound">BND: the relay's address for UDP ASSOCIATE; meaningful after success.</param>
    /// <remarks>
    /// A refusal is done as soon as its code is there, with everything that has arrived consumed: the server closes
    /// after it, and some close without the rest of the message. RSV is not judged; an address of any type is accepted.
    /// </remarks>
    public static SocksResult ParseReply(ReadOnlySpan<byte> bytes, out SocksReply reply, out SocksDestination bound)
    {
        reply = SocksReply.GeneralFailure;
        bound = default;
        if (bytes.Length > 0 && bytes[0] != Version)
            return SocksResult.Fail(SocksError.BadVersion);
        if (bytes.Length < 2)
            return SocksResult.NeedMore;
        reply = (SocksReply)bytes[1];
        if (reply != SocksReply.Succeeded)
            return SocksResult.Done(bytes.Length);
        if (bytes.Length < 3)
            return SocksResult.NeedMore;
        SocksResult result = SocksAddressBlock.Parse(bytes[3..], out SocksAddressBlock block);
        if (!result.IsDone)
            return result;
        bound = block.ToDestination();
        return SocksResult.Done(3 + result.Consumed);
    }
}
