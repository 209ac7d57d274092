using System;

namespace Penstock.Wire.Socks5;

/// <summary>The server's half of the handshake: reads requests, writes answers (RFC 1928, RFC 1929).</summary>
/// <remarks>The exchange is drawn at <see cref="SocksClient"/>; parsers follow <see cref="SocksResult"/>.</remarks>
public static class SocksServer
{
    /// <summary>Bytes of the longest message that a client may send during the handshake.</summary>
    public const int MaxMessage = SocksClient.MaxAuthentication;

    private const byte Version = 5;
    private const byte AuthenticationVersion = 1;

    /// <summary>Reads the greeting.</summary>
    /// <param name="bytes">All that has arrived.</param>
    /// <param name="offered">The offered methods that Penstock knows.</param>
    public static SocksResult ParseGreeting(ReadOnlySpan<byte> bytes, out SocksMethods offered)
    {
        offered = SocksMethods.Unknown;
        if (bytes.Length > 0 && bytes[0] != Version)
            return SocksResult.Fail(SocksError.BadVersion);
        if (bytes.Length < 2)
            return SocksResult.NeedMore;
        if (bytes[1] == 0)
            return SocksResult.Fail(SocksError.NoMethods);
        int length = 2 + bytes[1];
        if (bytes.Length < length)
            return SocksResult.NeedMore;
        ReadOnlySpan<byte> methods = bytes[2..length];
        if (methods.Contains((byte)SocksMethod.None))
            offered |= SocksMethods.None;
        if (methods.Contains((byte)SocksMethod.UserPassword))
            offered |= SocksMethods.UserPassword;
        return SocksResult.Done(length);
    }

    /// <summary>Answers the greeting; after <see cref="SocksMethod.NoneAcceptable"/> the server closes.</summary>
    public static int WriteMethod(Span<byte> bytes, SocksMethod method)
    {
        bytes[0] = Version;
        bytes[1] = (byte)method;
        return 2;
    }

    /// <summary>Reads user name and password.</summary>
    /// <param name="bytes">All that has arrived.</param>
    /// <param name="credentials">Views of <paramref name="bytes"/>.</param>
    public static SocksResult ParseAuthentication(ReadOnlySpan<byte> bytes, out SocksCredentials credentials)
    {
        credentials = default;
        if (bytes.Length > 0 && bytes[0] != AuthenticationVersion)
            return SocksResult.Fail(SocksError.BadVersion);
        if (bytes.Length < 2)
            return SocksResult.NeedMore;
        int passwordAt = 2 + bytes[1];
        if (bytes.Length <= passwordAt)
            return SocksResult.NeedMore;
        int length = passwordAt + 1 + bytes[passwordAt];
        if (bytes.Length < length)
            return SocksResult.NeedMore;
        credentials = new SocksCredentials(bytes[2..passwordAt], bytes[(passwordAt + 1)..length]);
        return SocksResult.Done(length);
    }

    /// <summary>Answers user name and password; after a refusal the server closes (RFC 1929 section 2).</summary>
    public static int WriteAuthentication(Span<byte> bytes, bool accepted)
    {
        bytes[0] = AuthenticationVersion;
        bytes[1] = (byte)(accepted ? 0 : 1);
        return 2;
    }

    /// <summary>Reads a request.</summary>
    /// <param name="bytes">All that has arrived.</param>
    /// <param name="command">Any byte: an unknown one is answered with <see cref="SocksReply.CommandNotSupported"/>.</param>
    /// <param name="destination">Where to; a name is never empty.</param>
    public static SocksResult ParseRequest(
        ReadOnlySpan<byte> bytes, out SocksCommand command, out SocksDestination destination)
    {
        command = default;
        destination = default;
        if (bytes.Length > 0 && bytes[0] != Version)
            return SocksResult.Fail(SocksError.BadVersion);
        if (bytes.Length < 3)
            return SocksResult.NeedMore;
        command = (SocksCommand)bytes[1];
        SocksResult result = SocksAddressBlock.Parse(bytes[3..], out SocksAddressBlock block);
        if (!result.IsDone)
            return result;
        if (block.IsName && block.Name.IsEmpty)
            return SocksResult.Fail(SocksError.EmptyName);
        destination = block.ToDestination();
        return SocksResult.Done(3 + result.Consumed);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="bytes">At least <see cref="SocksClient.MaxRequest"/>, or 3 + <see cref="SocksDestination.BlockLength"/>.</param>
    /// <param name="reply">The outcome; after a refusal the server closes.</param>
    /// <param name="bound">The address that the server uses, or the default value.</param>
    public static int WriteReply(Span<byte> bytes, SocksReply reply, in SocksDestination bound)
    {
        bytes[0] = Version;
        bytes[1] = (byte)reply;
        bytes[2] = 0;
        return 3 + SocksAddressBlock.Write(bytes[3..], bound);
    }
}
