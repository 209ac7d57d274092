using System;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Uplinks;

/// <summary>A connection to a SOCKS5 proxy that carries out one command: a stream to a destination, or what keeps datagrams relayed.</summary>
/// <remarks>
/// <code>
///   Resolving ─► Connecting ─► Method ─► Authentication ─► [Ready] ─► Reply ─► Open ─► Closed
///       ▲          │  ▲           └──────────────────────────────────────▲
///       │          └──┘ the next address        Ready: warm, waits in the pool for a command
///       └── the next proxy, when this one fails before it has answered the command
/// </code>
/// The way to the proxy lies in <c>SocksStream.Attempts.cs</c>, the handshake in <c>SocksStream.Handshake.cs</c>. Timers:
/// connect-timeout while connecting, tcp-read-write-timeout for each step of the handshake.
/// </remarks>
internal sealed partial class SocksStream : SocketStream, IResumable
{
    private ProxySet? _choices;
    private InetAddress _source;
    private ulong _tried;
    private ProxyServer _proxy;
    private ProxyCounters _counters;
    private readonly WarmPool? _pool;
    private IUplinkOwner? _owner;
    private SocksCommand _command;
    private SocksDestination _destination;
    private Step _step;
    private bool _isCounted;

    private SocksStream(Shard shard, ProxyServer proxy, WarmPool? pool = null)
        : base(shard)
    {
        _pool = pool;
        _proxy = proxy;
        Begun = shard.Now;
        _counters = proxy.CountersOf(shard.Index);
    }

    private enum Step : byte
    {
        Resolving,
        Connecting,
        Method,
        Authentication,
        Ready,
        Reply,
        Open,
        Closed,
    }

    /// <summary>When it was made, in microseconds.</summary>
    public long Begun { get; }

    /// <summary>BND of the proxy's reply, once open: where the relay of an association is.</summary>
    public SocksDestination Bound { get; private set; }

    /// <summary>The proxy's address, while there is a connection to it.</summary>
    public InetAddress ProxyHost { get; private set; }

    /// <summary>Nothing has come on a connection that stands ready, its end least of all: asks the kernel.</summary>
    public bool IsQuiet
    {
        get
        {
            Span<byte> one = stackalloc byte[1];
            return _step == Step.Ready && Socket is { } socket && socket.Receive(one).IsAgain;
        }
    }

    /// <summary>True when the proxy itself refused the command; false when it was not reached, or not understood.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>A stream to a destination, by whichever proxy the policy names, and by others if that one fails.</summary>
    public static SocksStream To(Shard shard, ProxySet choices, in InetAddress source, in SocksDestination destination, IUplinkOwner owner)
    {
        ulong tried = 0;
        ProxyServer proxy = choices.Choose(source, ref tried)!;
        SocksStream stream = proxy.TakeWarm(shard) ?? new(shard, proxy);
        stream._choices = choices;
        stream._source = source;
        stream._tried = tried;
        stream.Begin(SocksCommand.Connect, destination, owner);
        return stream;
    }

    /// <summary>A connection for one of the UDP commands, which name no destination, with one proxy.</summary>
    public static SocksStream With(Shard shard, ProxyServer proxy, SocksCommand command, IUplinkOwner owner)
    {
        SocksStream stream = proxy.TakeWarm(shard) ?? new(shard, proxy);
        stream.Begin(command, default, owner);
        return stream;
    }

    /// <summary>A connection that greets and then waits in a pool for its command.</summary>
    public static SocksStream Warm(Shard shard, ProxyServer proxy, WarmPool pool) => new(shard, proxy, pool);

    public override SysResult Send(ref GatherList pieces)
    {
        SysResult sent = base.Send(ref pieces);
        if (sent.IsSuccess)
            _counters.BytesSent += sent.Value;
        return sent;
    }

    public override SysResult Receive(ref ScatterList pieces)
    {
        SysResult received = base.Receive(ref pieces);
        if (received.IsSuccess)
            _counters.BytesReceived += received.Value;
        return received;
    }

    public override void Close(bool reset)
    {
        _step = Step.Closed;
        Uncount();
        base.Close(reset);
    }

    public override void OnReady(EpollReady ready)
    {
        if ((ready & (EpollReady.PeerClosed | EpollReady.HangUp | EpollReady.Error)) != 0)
            HasEndNear = true;
        switch (_step)
        {
            case Step.Open:
                if ((ready & EpollReady.Writable) != 0)
                    _owner!.OnUplinkWritable();
                if (_step == Step.Open && (ready & ~EpollReady.Writable) != 0)
                    _owner!.OnUplinkReadable();
                break;
            case Step.Connecting:
                if ((ready & (EpollReady.Writable | EpollReady.Error | EpollReady.HangUp)) != 0)
                    OnConnected(failed: (ready & (EpollReady.Error | EpollReady.HangUp)) != 0);
                break;
            case Step.Method or Step.Authentication or Step.Reply:
                if ((ready & ~EpollReady.Writable) != 0)
                    ReadAnswers();
                break;
            case Step.Ready:
                // Nobody has asked for anything: what comes is the end, or nothing that a SOCKS5 server says.
                if (!IsQuiet)
                    Lose(wasReady: true);
                break;
        }
    }

    private void Begin(SocksCommand command, in SocksDestination destination, IUplinkOwner owner)
    {
        _command = command;
        // The UDP commands name no destination, in the family in which the proxy was reached.
        _destination = _step == Step.Ready && command != SocksCommand.Connect ? Unspecified(ProxyHost) : destination;
        _owner = owner;
        Count();
    }

    private void Count()
    {
        _isCounted = true;
        _proxy.SessionBegins();
    }

    private void Uncount()
    {
        if (!_isCounted)
            return;
        _isCounted = false;
        _proxy.SessionEnds();
    }
}
