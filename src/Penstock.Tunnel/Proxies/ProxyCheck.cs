using System;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Proxies;

/// <summary>Checks one proxy again and again: a connection, the greeting, and the login if there is one; then it closes.</summary>
/// <remarks>
/// <code>
///   waiting ─► connecting ─► method ─► login ─► passed ─► waiting
///                  └── refused, closed, no SOCKS5, silent ─► failed ─► waiting
/// </code>
/// A proxy is taken for down when an answer takes several times as long as usual while another proxy answers: when none
/// does, the trouble may be here. The check then goes on to its timeout: a proxy that is only slow comes back with it.
/// For the checker's thread.
/// </remarks>
internal sealed class ProxyCheck(ProxyServer server, ShardGroup group, PollSet poll, Action wake) : IPollable
{
    private const long LeastPatience = 250_000;
    private const long LookAgain = 20_000;
    private const int UsualTimes = 8;
    private const long RetryInterval = 500_000;

    private StreamSocket? _socket;
    private ulong _token;
    private Step _step;
    private InetAddress[] _addresses = [];
    private int _nextAddress;
    private long _startedAt;
    private long _nextAt;
    private long _usual;
    private readonly byte[] _answer = new byte[2];
    private int _answerLength;

    private enum Step : byte
    {
        Waiting,
        Resolving,
        Connecting,
        Method,
        Login,
    }

    public ProxyServer Server => server;

    /// <summary>What the log was last told.</summary>
    public bool WasUp { get; set; } = true;

    /// <summary>When the last check that was passed began; microseconds.</summary>
    public long PassedFrom { get; private set; } = long.MinValue;

    /// <summary>Does what is due.</summary>
    /// <param name="options">Intervals and patience.</param>
    /// <param name="checker">Knows how the others do.</param>
    /// <returns>When to be called next, in microseconds.</returns>
    public long Advance(ProxiesOptions options, ProxyChecker checker)
    {
        long now = Now;
        if (server.Health.TakeSuspicion() && _step == Step.Waiting)
            _nextAt = now;
        if (_step == Step.Waiting && now >= _nextAt)
            Start(now);
        else if (_step == Step.Resolving)
            Resolve();
        long timeout = (long)options.CheckTimeout.TotalMicroseconds;
        long patience = _usual == 0 ? timeout : Math.Clamp(_usual * UsualTimes, Math.Min(LeastPatience, timeout), timeout);
        if (_step != Step.Waiting && now >= _startedAt + timeout)
            End(false, "it does not answer", now);
        if (_step == Step.Waiting)
            return Plan(options);
        if (now < _startedAt + patience)
            return _startedAt + patience;
        if (server.Health.IsUp && !checker.OthersPassedSince(this, _startedAt))
            return Math.Min(now + LookAgain, _startedAt + timeout);
        server.Health.Failed("it does not answer in its usual time");
        return _startedAt + timeout;
    }

    /// <summary>Checks now if the last check was begun before a moment.</summary>
    public void Hurry(long moment)
    {
        if (_step == Step.Waiting && _startedAt < moment)
            _nextAt = moment;
    }

    public void OnReady(EpollReady ready)
    {
        if (_step == Step.Connecting)
            OnConnected();
        else if (_step is Step.Method or Step.Login)
            Read();
    }

    /// <summary>Ends a check that runs, without a verdict.</summary>
    public void Close()
    {
        Drop();
        _step = Step.Waiting;
    }

    private static long Now => MonotonicClock.Microseconds;

    private long Plan(ProxiesOptions options)
    {
        long interval = (long)options.CheckInterval.TotalMicroseconds;
        if (!server.Health.IsUp)
            interval = interval == 0 ? RetryInterval : Math.Min(interval, RetryInterval);
        if (interval == 0)
            return _nextAt = long.MaxValue;
        return _nextAt = _startedAt + interval;
    }

    private void Start(long now)
    {
        _startedAt = now;
        _nextAt = long.MaxValue; // planned when this one has ended
        _step = Step.Resolving;
        _nextAddress = 0;
        Resolve();
    }

    private void Resolve()
    {
        if (!server.Address.TryGet(wake, out _addresses))
            return;
        if (_addresses.Length == 0)
            _addresses = server.Address.Known;
        ConnectNext(server.Address.Failure is { Length: > 0 } why ? $"its name does not resolve: {why}" : "it has no address");
    }

    private void ConnectNext(string reason)
    {
        while (_nextAddress < _addresses.Length)
        {
            Drop();
            SysResult result = Connect(_addresses[_nextAddress++], out string? refusal);
            if (result.IsSuccess)
                return;
            if (IsOurs(result.Errno))
            {
                Close();
                return;
            }
            reason = refusal ?? result.Message;
        }
        End(false, reason, Now);
    }

    /// <summary>We have run out of something: it says nothing of the proxy.</summary>
    private static bool IsOurs(int errno) => errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.ENOBUFS;

    private SysResult Connect(in InetAddress address, out string? refusal)
    {
        refusal = null;
        SysResult made = StreamSocket.Create(address.IsV6 ? AddressFamily.Inet6 : AddressFamily.Inet, out _socket);
        if (!made.IsSuccess)
            return made;
        if (group.Protect(_socket!.Descriptor) is { IsSuccess: false } notWanted)
            return notWanted;
        _socket.SetNoDelay();
        if (SocketBinding.Of(server).Apply(_socket, address.IsV6, out refusal) is { IsSuccess: false } notBound)
            return notBound;
        SysResult result = _socket.Connect(SocketBinding.AddressOf(address, server.Options.Port));
        if (!result.IsSuccess && !result.IsInProgress)
            return result;
        const EpollInterest Edges = EpollInterest.Readable | EpollInterest.Writable | EpollInterest.EdgeTriggered;
        _step = Step.Connecting;
        return poll.Add(_socket.Descriptor, this, Edges, out _token);
    }

    private void OnConnected()
    {
        if (_socket!.TakeError() is not 0 and int error)
        {
            ConnectNext(SysResult.Failed(error).Message);
            return;
        }
        Span<byte> greeting = stackalloc byte[SocksClient.GreetingLength];
        SocksClient.WriteGreeting(greeting, server.Options.Credentials is not null);
        Say(greeting, Step.Method);
    }

    private void Say(ReadOnlySpan<byte> message, Step next)
    {
        _step = next;
        _answerLength = 0;
        SysResult sent = _socket!.Send(message);
        if (!sent.IsSuccess)
            End(false, $"it closed the connection: {sent.Message}", Now);
    }

    private void Read()
    {
        while (_step is Step.Method or Step.Login)
        {
            SysResult received = _socket!.Receive(_answer.AsSpan(_answerLength));
            if (received.IsAgain)
                return;
            if (!received.IsSuccess || received.Value == 0)
            {
                End(false, "it closes connections", Now);
                return;
            }
            _answerLength += (int)received.Value;
            if (_answerLength == _answer.Length)
                Judge();
        }
    }

    private void Judge()
    {
        if (_step == Step.Login)
        {
            bool isIn = SocksClient.ParseAuthentication(_answer).IsDone;
            End(isIn, "it refuses user name and password", Now);
            return;
        }
        Credentials? credentials = server.Options.Credentials;
        SocksResult result = SocksClient.ParseMethod(_answer, credentials is not null, out SocksMethod method);
        if (!result.IsDone || method == SocksMethod.None)
        {
            End(result.IsDone, "it does not speak SOCKS5, or not with this login", Now);
            return;
        }
        Span<byte> login = stackalloc byte[SocksClient.MaxAuthentication];
        Say(login[..SocksClient.WriteAuthentication(login, credentials!.Username.Span, credentials.Password.Span)], Step.Login);
    }

    private void End(bool passed, string reason, long now)
    {
        Close();
        if (!passed)
        {
            server.Health.Failed(reason);
            return;
        }
        // A mean over some checks, rounded up: a single slow one does not change what is usual.
        long took = Math.Max(1, now - _startedAt);
        _usual = _usual == 0 ? took : _usual + ((took - _usual) / 8);
        PassedFrom = _startedAt;
        server.Health.Passed();
    }

    private void Drop()
    {
        if (_socket is not { } socket)
            return;
        _socket = null;
        poll.Remove(_token);
        socket.Dispose();
    }
}
