using System;
using System.Security.Cryptography;
using System.Text;
using Penstock.Wire.Socks5;
using Formats = Penstock.Wire.Socks5.SocksServer;

namespace Penstock.Proxy;

/// <summary>The server's side of a SOCKS5 handshake: bytes in, answers and finally a request out; no sockets.</summary>
/// <remarks>
/// <code>
///   Greeting ──▶ Authentication ──▶ Request ──▶ Complete
///       │  └──────── method 00 ────────▲ │
///       └──────────────▶ Refused ◀───────┘
/// </code>
/// </remarks>
internal sealed class Handshake(SocksServerOptions options)
{
    /// <summary>Room that the answers to any input need.</summary>
    internal const int MostOutput = 64;

    private readonly byte[]? _user = options.User is { } user ? Encoding.UTF8.GetBytes(user) : null;
    private readonly byte[] _password = Encoding.UTF8.GetBytes(options.Password ?? "");

    internal enum Step
    {
        Greeting,
        Authentication,
        Request,
        Complete,
        Refused,
    }

    internal Step State { get; private set; }

    /// <summary>What was asked for, once complete.</summary>
    internal SocksCommand Command { get; private set; }

    /// <summary>Where to, once complete.</summary>
    internal SocksDestination Destination { get; private set; }

    /// <summary>Takes as many messages as there are.</summary>
    /// <param name="input">All that arrived and was not consumed before.</param>
    /// <param name="output">At least <see cref="MostOutput"/>.</param>
    /// <param name="written">Bytes of answers.</param>
    /// <returns>Bytes consumed; what follows the request is the client's text.</returns>
    internal int Advance(ReadOnlySpan<byte> input, Span<byte> output, out int written)
    {
        int consumed = 0;
        written = 0;
        while (State < Step.Complete)
        {
            SocksResult result = State switch
            {
                Step.Greeting => Greeting(input[consumed..], output, ref written),
                Step.Authentication => Authentication(input[consumed..], output, ref written),
                _ => Request(input[consumed..], output, ref written),
            };
            if (result.Progress == SocksProgress.NeedMore)
                break;
            consumed += result.Consumed;
        }
        return consumed;
    }

    private SocksResult Greeting(ReadOnlySpan<byte> input, Span<byte> output, ref int written)
    {
        SocksResult result = Formats.ParseGreeting(input, out SocksMethods offered);
        if (result.Progress == SocksProgress.NeedMore)
            return result;

        // Without a password of our own a client that insists on giving one is welcome with any.
        SocksMethod method = !result.IsDone ? SocksMethod.NoneAcceptable
            : _user is null && (offered & SocksMethods.None) != 0 ? SocksMethod.None
            : (offered & SocksMethods.UserPassword) != 0 ? SocksMethod.UserPassword
            : SocksMethod.NoneAcceptable;
        State = method switch
        {
            SocksMethod.None => Step.Request,
            SocksMethod.UserPassword => Step.Authentication,
            _ => Step.Refused,
        };

        // What is no SOCKS5 at all gets no answer.
        if (result.IsDone)
            written += Formats.WriteMethod(output[written..], method);
        return result;
    }

    private SocksResult Authentication(ReadOnlySpan<byte> input, Span<byte> output, ref int written)
    {
        SocksResult result = Formats.ParseAuthentication(input, out SocksCredentials credentials);
        if (result.Progress == SocksProgress.NeedMore)
            return result;
        bool accepted = result.IsDone && Accepts(credentials);
        State = accepted ? Step.Request : Step.Refused;
        written += Formats.WriteAuthentication(output[written..], accepted);
        return result;
    }

    private SocksResult Request(ReadOnlySpan<byte> input, Span<byte> output, ref int written)
    {
        SocksResult result = Formats.ParseRequest(input, out SocksCommand command, out SocksDestination destination);
        if (result.Progress == SocksProgress.NeedMore)
            return result;
        Command = command;
        Destination = destination;
        SocksReply refusal = result.Error switch
        {
            SocksError.None => Judge(command, destination),
            SocksError.BadAddressType => SocksReply.AddressTypeNotSupported,
            _ => SocksReply.GeneralFailure,
        };
        State = refusal == SocksReply.Succeeded ? Step.Complete : Step.Refused;
        if (State == Step.Refused && result.Error != SocksError.BadVersion)
            written += Formats.WriteReply(output[written..], refusal, default);
        return result;
    }

    private SocksReply Judge(SocksCommand command, in SocksDestination destination)
    {
        AllowedCommands flag = command switch
        {
            SocksCommand.Connect => AllowedCommands.Connect,
            SocksCommand.UdpAssociate => AllowedCommands.UdpAssociate,
            SocksCommand.UdpInTcp => AllowedCommands.UdpInTcp,
            _ => AllowedCommands.None,
        };
        if ((options.Commands & flag) == 0)
            return SocksReply.CommandNotSupported;
        return command != SocksCommand.Connect || options.Allows?.Invoke(destination) != false
            ? SocksReply.Succeeded
            : SocksReply.NotAllowed;
    }

    /// <summary>Both are compared in full, so that the time tells nothing about how much was right.</summary>
    private bool Accepts(in SocksCredentials credentials) =>
        _user is null
        || (CryptographicOperations.FixedTimeEquals(credentials.User, _user)
            & CryptographicOperations.FixedTimeEquals(credentials.Password, _password));
}
