using System;
using Penstock.Linux;
using Penstock.Linux.Sockets;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Udp;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Bypass;

/// <summary>One source's datagrams, sent straight to their destinations from one port of this host: whoever answers is heard.</summary>
/// <remarks>
/// The queue's messages carry a SOCKS header, which is left out. A mapped destination is resolved here first; what comes
/// from its real address is told as coming from the mapped one (<see cref="DirectPeers"/>). A name that has no address of
/// the app's family is reached in the other one, from a second socket.
/// </remarks>
internal sealed partial class DirectAssociation : UplinkAssociation, IResumable
{
    private const int LargestV4 = 65507;
    private const int LargestV6 = 65527;

    private readonly Shard _shard;
    private readonly BypassRules _rules;
    private readonly DatagramBuffers _buffers;
    private readonly bool _isV6;
    private readonly IDirectOwner _owner;
    private readonly DirectPeers _peers = new();
    private readonly DirectSocket _own;
    private readonly DirectSocket _other;
    private readonly Action _whenKnown;
    private DirectSocket? _lastRead;
    private SysResult _prepared;
    private string? _refusal;
    private bool _isOpen;
    private bool _isOtherOpen;
    private bool _isClosed;
    private bool _isTooLargeForV6;

    public DirectAssociation(Shard shard, ShardGroup group, BypassRules rules, DatagramBuffers buffers, bool isV6, IDirectOwner owner)
        : base(owner, shard.Now)
    {
        _shard = shard;
        _rules = rules;
        _buffers = buffers;
        _isV6 = isV6;
        _owner = owner;
        _own = new DirectSocket(this, shard, group, isV6);
        _other = new DirectSocket(this, shard, group, !isV6);
        _whenKnown = () => _shard.PostPatiently(ShardMessage.Call(this));
    }

    public override bool IsQuiet => _isOpen && !_isClosed;

    public override int LargestMessage =>
        (_isTooLargeForV6 ? LargestV6 : LargestV4) + (_isV6 ? SocksDatagram.HeaderV6 : SocksDatagram.HeaderV4);

    public override void Open()
    {
        _prepared = _own.Open(_rules.Binding, out _refusal);
        _shard.Later(this);
    }

    /// <summary>The second half of <see cref="Open"/>, and later: a name has been resolved.</summary>
    public void Continue()
    {
        if (_isClosed)
            return;
        if (_isOpen)
        {
            Owner.OnAssociationWritable();
        }
        else if (_prepared.IsSuccess)
        {
            _isOpen = true;
            Owner.OnAssociationOpened();
        }
        else
        {
            Close();
            Owner.OnAssociationFailed(isRefused: false, DirectRefusal.Failed(_prepared, _refusal).Text);
        }
    }

    /// <summary>A socket has room again, or something to receive.</summary>
    public void OnReady(bool isWritable)
    {
        if (isWritable)
            Owner.OnAssociationWritable();
        if (!_isClosed && (_own.IsReadable || _other.IsReadable))
            Owner.OnAssociationReadable();
    }

    public override bool Flush(ref DatagramQueue queue)
    {
        DatagramSendBatch batch = _buffers.Send;
        while (queue.Count > 0)
        {
            bool isWaiting = Fill(batch, ref queue, out DirectSocket socket);
            if (batch.Count == 0)
                return !isWaiting;
            SysResult result = socket.Send(batch);
            for (int i = 0; i < batch.Sent; i++)
                _shard.Counters.BytesToUplink += queue[i].PayloadLength;
            _shard.Counters.DatagramsToUplink += batch.Sent;
            queue.Drop(batch.Sent);
            if (result.IsSuccess)
                continue;
            if (result.IsAgain)
            {
                socket.AwaitRoom();
                return false;
            }
            Judge(result, socket, queue[0]);
            queue.Drop(1);
        }
        return true;
    }

    public override bool Receive()
    {
        bool isOther = _other.IsReadable && (!_own.IsReadable || ReferenceEquals(_lastRead, _own));
        DirectSocket socket = _lastRead = isOther ? _other : _own;
        if (!socket.IsReadable)
            return false;
        DatagramReceiveBatch batch = _buffers.Receive;
        if (socket.Receive(batch).IsSuccess)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                if (batch.IsTruncated(i))
                {
                    Owner.OnMalformed();
                    continue;
                }
                SocketAddress sender = batch.SenderOf(i);
                InetEndpoint from = _peers.SenderOf(new(InetAddress.Read(sender.AddressBytes), sender.Port));
                Owner.OnAnswer(new DatagramSource(default, from), _buffers.Slot(i).Slice(0, batch.LengthOf(i)));
            }
        }
        return _own.IsReadable || _other.IsReadable;
    }

    public override void Close()
    {
        _isClosed = true;
        _own.Close();
        _other.Close();
    }

    /// <summary>Fills a batch for one socket from the queue's front; true when a name has to be resolved before the rest.</summary>
    private bool Fill(DatagramSendBatch batch, ref DatagramQueue queue, out DirectSocket socket)
    {
        batch.Clear();
        socket = _own;
        for (int i = 0; i < queue.Count; i++)
        {
            ref readonly QueuedDatagram datagram = ref queue[i];
            bool hasWay = TryResolve(datagram.Destination, out DirectPeer? peer, out InetEndpoint real, out bool isWaiting, out DirectRefusal refusal)
                && TrySocket(real.Address.IsV6, out refusal);
            if (!hasWay)
            {
                if (isWaiting || batch.Count > 0)
                    return isWaiting;
                _owner.OnRefused(datagram, refusal);
                queue.Drop(1);
                i--;
                continue;
            }
            DirectSocket wanted = real.Address.IsV6 == _isV6 ? _own : _other;
            if (batch.Count > 0 && !ReferenceEquals(wanted, socket))
                return false;
            socket = wanted;
            if (!batch.TryAdd(datagram.Message.Span[datagram.HeaderLength..], default, SocketBinding.AddressOf(real.Address, real.Port)))
                return false;
            if (peer is not null)
                _peers.Asks(peer, real);
        }
        return false;
    }

    /// <summary>The socket of a family, the other one of which is opened when it is first wanted.</summary>
    private bool TrySocket(bool isV6, out DirectRefusal refusal)
    {
        refusal = default;
        if (isV6 == _isV6 || _isOtherOpen)
            return true;
        SysResult opened = _other.Open(_rules.Binding, out string? why);
        _isOtherOpen = opened.IsSuccess;
        if (!_isOtherOpen)
            refusal = DirectRefusal.Failed(opened, why);
        return _isOtherOpen;
    }

    private void Judge(SysResult result, DirectSocket socket, in QueuedDatagram datagram)
    {
        if (result.Errno == Errno.EMSGSIZE)
        {
            _isTooLargeForV6 = socket.IsV6;
            Owner.OnTooLarge(datagram);
        }
        else if (result.Errno is Errno.ENOBUFS or Errno.ENOMEM)
        {
            Owner.OnLost(datagram);
        }
        else
        {
            _owner.OnRefused(datagram, DirectRefusal.Failed(result, null));
        }
    }
}
