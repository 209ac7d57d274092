using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Tunnel.Shards;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Uplinks;

/// <summary>A stream through a SOCKS5 proxy.</summary>
/// <remarks>
/// <code>
///   Resolving ─► Connecting ─► Method ─► Authentication ─► Reply ─► Open ─► Closed
///                  │  ▲           └───────────────────────────▲
///                  └──┘ the next address
/// </code>
/// The handshake lies in <c>SocksStream.Handshake.cs</c>. Timers: connect-timeout while connecting,
/// tcp-read-write-timeout for each step of the handshake.
/// </remarks>
internal sealed partial class SocksStream : UplinkStream, IPollable
{
    private readonly Shard _shard;
    private readonly SocksUplink _proxy;
    private readonly SocksDestination _destination;
    private readonly IUplinkOwner _owner;
    private readonly DeadlineNode<SocksStream> _deadline;
    private StreamSocket? _socket;
    private ulong _token;
    private Step _step;
    private bool _endIsNear;

    public SocksStream(Shard shard, SocksUplink proxy, in SocksDestination destination, IUplinkOwner owner)
    {
        _shard = shard;
        _proxy = proxy;
        _destination = destination;
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

    private void Fail(UplinkFailure failure, string reason)
    {
        Close(reset: false);
        _owner.OnUplinkFailed(failure, reason);
    }
}
