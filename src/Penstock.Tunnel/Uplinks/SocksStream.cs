using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Tunnel.Shards;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Uplinks;

/// <summary>A connection to a SOCKS5 proxy that carries out one command: a stream to a destination, or what keeps datagrams relayed.</summary>
/// <remarks>
/// <code>
///   Resolving ─► Connecting ─► Method ─► Authentication ─► Reply ─► Open ─► Closed
///                  │  ▲           └───────────────────────────▲
///                  └──┘ the next address
/// </code>
/// The handshake lies in <c>SocksStream.Handshake.cs</c>. Timers: connect-timeout while connecting,
/// tcp-read-write-timeout for each step of the handshake.
/// </remarks>
internal sealed partial class SocksStream : UplinkStream, IPollable, IResumable
{
    private readonly Shard _shard;
    private readonly SocksUplink _proxy;
    private readonly SocksCommand _command;
    private readonly IUplinkOwner _owner;
    private readonly DeadlineNode<SocksStream> _deadline;
    private SocksDestination _destination;
    private StreamSocket? _socket;
    private ulong _token;
    private Step _step;
    private bool _endIsNear;

    /// <summary>A stream to a destination.</summary>
    public SocksStream(Shard shard, SocksUplink proxy, in SocksDestination destination, IUplinkOwner owner)
        : this(shard, proxy, SocksCommand.Connect, owner) => _destination = destination;

    /// <summary>A connection for one of the UDP commands, which name no destination.</summary>
    public SocksStream(Shard shard, SocksUplink proxy, SocksCommand command, IUplinkOwner owner)
    {
        _shard = shard;
        _proxy = proxy;
        _command = command;
        _owner = owner;
        _deadline = new DeadlineNode<SocksStream>(this);
    }

    private enum Step : byte
    {
        Resolving,
        Connecting,
        Method,
        Authentication,
        Reply,
        Open,
        Closed,
    }

    /// <summary>BND of the proxy's reply, once open: where the relay of an association is.</summary>
    public SocksDestination Bound { get; private set; }

    /// <summary>The proxy's address, while there is a connection to it.</summary>
    public InetAddress ProxyHost { get; private set; }

    /// <summary>True when the proxy itself refused the command; false when it was not reached, or not understood.</summary>
    public bool IsRefused { get; private set; }

    public override bool EndIsNear => _endIsNear;

    public override SysResult Send(ref GatherList pieces) => _socket!.Send(ref pieces);

    public override SysResult Receive(ref ScatterList pieces) => _socket!.Receive(ref pieces);

    public override void ShutdownSend() => _socket?.ShutdownSend();

    public override void AcknowledgeNow() => _socket?.SetQuickAck();

    public override void Close(bool reset)
    {
        _step = Step.Closed;
        _deadline.List?.Remove(_deadline);
        if (_socket is not { } socket)
            return;
        _socket = null;
        _shard.Poll.Remove(_token);
        if (reset)
            socket.CloseWithReset();
        else
            socket.Dispose();
    }

    public void OnReady(EpollReady ready)
    {
        if ((ready & (EpollReady.PeerClosed | EpollReady.HangUp | EpollReady.Error)) != 0)
            _endIsNear = true;
        switch (_step)
        {
            case Step.Open:
                if ((ready & EpollReady.Writable) != 0)
                    _owner.OnUplinkWritable();
                if (_step == Step.Open && (ready & ~EpollReady.Writable) != 0)
                    _owner.OnUplinkReadable();
                break;
            case Step.Connecting:
                if ((ready & (EpollReady.Writable | EpollReady.Error | EpollReady.HangUp)) != 0)
                    OnConnected(failed: (ready & (EpollReady.Error | EpollReady.HangUp)) != 0);
                break;
            case Step.Method or Step.Authentication or Step.Reply:
                if ((ready & ~EpollReady.Writable) != 0)
                    ReadAnswers();
                break;
        }
    }

    /// <summary>The proxy is the trouble.</summary>
    private void Fail(UplinkFailure failure, string reason)
    {
        _shard.ReportProxy(reason);
        FailQuietly(failure, reason);
    }

    /// <summary>The destination is the trouble, or it has been told.</summary>
    private void FailQuietly(UplinkFailure failure, string reason)
    {
        Close(reset: false);
        _owner.OnUplinkFailed(failure, reason);
    }
}
