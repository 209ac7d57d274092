using System;
using Penstock.Linux;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Uplinks;

// From a connection to an open stream:
//   1. Greet          greeting; with pipeline: credentials and request behind it, in one segment
//   2. ReadAnswers    method, authentication, reply; each read leaves what follows the reply in the socket
internal sealed partial class SocksStream
{
    private static readonly string[] ErrorTexts =
    [
        "", "it does not speak SOCKS5 (version)", "it refused the authentication method",
        "it refused user name and password", "its answer has an unknown address type", "its answer has an empty name",
        "it offered no method", "its answer has a bad length",
    ];

    private byte[]? _answer;
    private int _answerLength;
    private bool _isAllSaid;

    private void Greet()
    {
        Credentials? credentials = _proxy.Options.Credentials;
        Span<byte> message = stackalloc byte[SocksClient.GreetingLength + SocksClient.MaxAuthentication + SocksClient.MaxRequest];
        int length = SocksClient.WriteGreeting(message, credentials is not null);
        _isAllSaid = _proxy.Options.Pipeline && !IsWarming;
        if (_isAllSaid)
        {
            if (credentials is not null)
                length += SocksClient.WriteAuthentication(message[length..], credentials.Username.Span, credentials.Password.Span);
            length += SocksClient.WriteRequest(message[length..], _command, _destination);
        }
        Say(message[..length], Step.Method);
    }

    private void Say(ReadOnlySpan<byte> message, Step next)
    {
        SysResult sent = Socket!.Send(message);
        if (sent.IsAgain)
            return; // TCP Fast Open: not connected yet; the writable edge comes again in the same step
        if (!sent.IsSuccess || sent.Value != message.Length)
        {
            Fail(UplinkFailure.Refused, $"the proxy closed the connection: {sent.Message}");
            return;
        }
        _step = next;
        Shard.Handshaking.Touch(Deadline, Shard.Now);
    }

    private void ReadAnswers()
    {
        while (_step is Step.Method or Step.Authentication or Step.Reply)
        {
            if (!TryReadAnswer())
                return;
        }
    }

    /// <summary>Reads towards the answer of this step; true when the step was completed.</summary>
    private bool TryReadAnswer()
    {
        // An answer usually comes whole, so it is read into the shard's buffer; what comes in parts is kept here.
        Span<byte> buffer = Shard.AnswerBuffer;
        _answer.AsSpan(0, _answerLength).CopyTo(buffer);
        // Never past the message: what follows the reply is the destination's and stays in the socket.
        int wanted = Missing(buffer[.._answerLength]);
        SysResult received = Socket!.Receive(buffer.Slice(_answerLength, wanted));
        if (received.IsAgain)
            return false;
        if (!received.IsSuccess || received.Value == 0)
        {
            if (TryAfresh())
                return false;
            IsRefused = _step == Step.Reply; // some close instead of answering a command that they do not know
            Fail(UplinkFailure.Refused, "the proxy closed the connection during the handshake");
            return false;
        }
        _answerLength += (int)received.Value;
        ReadOnlySpan<byte> answer = buffer[.._answerLength];
        SocksResult result;
        switch (_step)
        {
            case Step.Method:
                result = SocksClient.ParseMethod(answer, _proxy.Options.Credentials is not null, out SocksMethod method);
                if (result.IsDone)
                    OnMethod(method);
                break;
            case Step.Authentication:
                result = SocksClient.ParseAuthentication(answer);
                if (result.IsDone)
                    OnAuthenticated();
                break;
            default:
                result = SocksClient.ParseReply(answer, out SocksReply reply, out SocksDestination bound);
                if (result.IsDone && result.Consumed < answer.Length)
                    Fail(UplinkFailure.Refused, "the proxy's answer is of no use: it names an address of one or two letters");
                else if (result.IsDone)
                    OnReply(reply, bound);
                break;
        }
        if (result.Progress == SocksProgress.NeedMore)
            Keep(answer);
        if (result.Progress == SocksProgress.Error)
            Fail(UplinkFailure.Refused, $"the proxy's answer is of no use: {ErrorTexts[(int)result.Error]}");
        return result.Progress != SocksProgress.Error;
    }

    private void Keep(ReadOnlySpan<byte> answer)
    {
        _answer ??= new byte[SocksClient.MaxRequest];
        answer.CopyTo(_answer);
    }

    /// <summary>Bytes that the message of this step still lacks, as far as its beginning tells.</summary>
    private int Missing(ReadOnlySpan<byte> answer)
    {
        if (_step != Step.Reply)
            return 2 - answer.Length;
        const int ToAddressType = 4;
        const int WithV4 = ToAddressType + 4 + 2;
        if (answer.IsEmpty)
            return WithV4; // the usual answer in one read; only a name of one or two bytes would be shorter
        if (answer.Length < ToAddressType + 1)
            return ToAddressType + 1 - answer.Length;
        int block = answer[3] switch { 1 => 4, 4 => 16, _ => 1 + answer[4] };
        return ToAddressType + block + 2 - answer.Length;
    }

    private void OnMethod(SocksMethod method)
    {
        _answerLength = 0;
        if (method == SocksMethod.None)
        {
            OnAuthenticated();
            return;
        }
        if (_isAllSaid)
        {
            Advance(Step.Authentication);
            return;
        }
        Credentials credentials = _proxy.Options.Credentials!;
        Span<byte> message = stackalloc byte[SocksClient.MaxAuthentication];
        int length = SocksClient.WriteAuthentication(message, credentials.Username.Span, credentials.Password.Span);
        Say(message[..length], Step.Authentication);
    }

    private void OnAuthenticated()
    {
        _answerLength = 0;
        if (_isAllSaid)
        {
            Advance(Step.Reply);
            return;
        }
        if (IsWarming)
        {
            _step = Step.Ready;
            Shard.WarmConnections.Touch(Deadline, Shard.Now);
            _pool!.OnReady(this);
            return;
        }
        Span<byte> message = stackalloc byte[SocksClient.MaxRequest];
        Say(message[..SocksClient.WriteRequest(message, _command, _destination)], Step.Reply);
    }

    private void Advance(Step next)
    {
        _step = next;
        Shard.Handshaking.Touch(Deadline, Shard.Now);
    }

    private void OnReply(SocksReply reply, in SocksDestination bound)
    {
        _proxy.Health.Passed();
        if (reply != SocksReply.Succeeded)
        {
            IsRefused = true;
            _counters.Refused++;
            FailQuietly(FailureOf(reply), $"the proxy answered {(int)reply} ({reply})");
            return;
        }
        _counters.Opened++;
        Bound = bound;
        _step = Step.Open;
        _answer = null;
        _addresses = [];
        Deadline.List?.Remove(Deadline);
        _owner!.OnUplinkOpened();
        if (_step == Step.Open)
            _owner!.OnUplinkReadable(); // what came right behind the reply has no edge of its own
    }

    private static UplinkFailure FailureOf(SocksReply reply) => reply switch
    {
        SocksReply.NotAllowed => UplinkFailure.Prohibited,
        SocksReply.NetworkUnreachable => UplinkFailure.NetworkUnreachable,
        SocksReply.HostUnreachable or SocksReply.TtlExpired => UplinkFailure.HostUnreachable,
        _ => UplinkFailure.Refused,
    };
}
