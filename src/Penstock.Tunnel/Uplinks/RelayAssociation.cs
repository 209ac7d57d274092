using System;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Udp;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Uplinks;

/// <summary>UDP ASSOCIATE (RFC 1928): datagrams to a port of the proxy, for as long as a TCP connection to it lives.</summary>
/// <remarks>
/// <code>
///   Open ─► control connection ─► BND ─► socket connected to the relay ─► open
///                 │ FIN, RST                       │ error
///                 └────────────► ended ◄───────────┘
/// </code>
/// A relay address of 0.0.0.0 or ::, or a name, stands for the proxy's own address. The socket is connected: what others
/// send is not received, and a relay that is gone is reported.
/// </remarks>
internal sealed class RelayAssociation(Shard shard, ProxyServer proxy, int receiveBuffer, DatagramBuffers buffers, IAssociationOwner owner)
    : UplinkAssociation(owner, shard.Now), IUplinkOwner, IPollable, IResumable
{
    private const int SendBuffer = 512 * 1024;
    private const int LargestV4 = 65507;
    private const int LargestV6 = 65527;
    private const int LargestRun = 65000;
    private const int MostSaid = 4096;
    private const EpollInterest Receiving = EpollInterest.Readable | EpollInterest.EdgeTriggered;

    private SocksStream? _control;
    private DatagramSocket? _socket;
    private ulong _token;
    private bool _isV6;
    private int _largestSegment;
    private uint _lost;
    private int _said;

    public override int LargestMessage => _isV6 ? LargestV6 : LargestV4;

    public override bool IsQuiet
    {
        get
        {
            Span<byte> nothing = stackalloc byte[1];
            Span<IoVector> vectors = stackalloc IoVector[1];
            ScatterList pieces = new(vectors);
            pieces.Add(nothing);
            return _control is { } control && _socket is not null && control.Receive(ref pieces).IsAgain;
        }
    }

    public override void Open()
    {
        _control = SocksStream.With(shard, proxy, SocksCommand.UdpAssociate, this);
        _control.Open();
    }

    public void OnUplinkOpened()
    {
        if (proxy.RelayHost is not { } host)
        {
            SocksDestination bound = _control!.Bound;
            InetAddress address = bound.Address.Unmapped;
            Connect(bound.IsName || address.IsUnspecified ? _control.ProxyHost : address);
        }
        else if (host.TryGet(() => shard.PostPatiently(ShardMessage.Call(this)), out _))
        {
            Continue();
        }
    }

    /// <summary>The configured relay's addresses are known.</summary>
    public void Continue()
    {
        if (_control is null || _socket is not null)
            return;
        if (proxy.RelayHost!.Known is [InetAddress first, ..])
            Connect(first);
        else
            Fail(false, $"socks5.udp-address does not resolve: {proxy.RelayHost.Failure}");
    }

    public void OnUplinkFailed(UplinkFailure failure, string reason)
    {
        bool isRefused = _control!.IsRefused;
        _control = null;
        Owner.OnAssociationFailed(isRefused, reason);
    }

    /// <summary>Nothing is said on the control connection after the reply: only its end counts, and a proxy that talks on is none.</summary>
    public void OnUplinkReadable()
    {
        Span<byte> nothing = stackalloc byte[256];
        Span<IoVector> vectors = stackalloc IoVector[1];
        while (_control is { } control)
        {
            ScatterList pieces = new(vectors);
            pieces.Add(nothing);
            SysResult result = control.Receive(ref pieces);
            if (result.IsAgain)
                return;
            if (!result.IsSuccess || result.Value == 0)
                End(result.IsSuccess ? "the proxy closed the control connection" : result.Message);
            else if ((_said += (int)result.Value) > MostSaid)
                End("the proxy goes on talking after its reply");
        }
    }

    public void OnUplinkWritable()
    {
    }

    public void OnReady(EpollReady ready)
    {
        if ((ready & EpollReady.Writable) != 0)
        {
            shard.Poll.Change(_socket!.Descriptor, Receiving, _token);
            Owner.OnAssociationWritable();
        }
        if (_socket is not null && (ready & ~EpollReady.Writable) != 0)
            Owner.OnAssociationReadable();
    }

    public override bool Flush(ref DatagramQueue queue)
    {
        DatagramSendBatch batch = buffers.Send;
        while (queue.Count > 0)
        {
            Fill(batch, queue);
            SysResult result = _socket!.Send(batch);
            Drop(ref queue, batch.Sent);
            if (!result.IsSuccess && !Survives(result, buffers.Runs[batch.Sent], ref queue))
                return false;
        }
        return true;
    }

    public override bool Receive()
    {
        DatagramReceiveBatch batch = buffers.Receive;
        SysResult result = _socket!.Receive(batch);
        if (!result.IsSuccess)
        {
            if (!result.IsAgain)
                End($"the relay cannot be reached: {result.Message}");
            return false;
        }
        if (batch.Count == batch.Capacity)
            DatagramBuffers.CountLost(_socket, shard.Counters, ref _lost); // a queue that ran over fills a batch first
        for (int i = 0; i < batch.Count; i++)
            Deliver(batch, i);
        return batch.Count == batch.Capacity;
    }

    public override void Close()
    {
        if (_socket is { } socket)
        {
            _socket = null;
            shard.Poll.Remove(_token);
            DatagramBuffers.CountLost(socket, shard.Counters, ref _lost);
            socket.Dispose();
        }
        _control?.Close(reset: false);
        _control = null;
    }

    private void Connect(InetAddress host)
    {
        _isV6 = host.IsV6;
        SysResult result = Prepare(SocketBinding.AddressOf(host, _control!.Bound.Port), out string? refusal);
        if (result.Errno is Errno.EMFILE or Errno.ENFILE)
            shard.Counters.SessionsWithoutDescriptor++;
        if (result.IsSuccess)
            Owner.OnAssociationOpened();
        else
            Fail(false, $"a socket towards the relay {new InetEndpoint(host, _control!.Bound.Port)} failed: {refusal ?? result.Message}");
    }

    private SysResult Prepare(in SocketAddress relay, out string? refusal)
    {
        refusal = null;
        Socks5Options options = proxy.Options;
        SysResult made = DatagramSocket.Create(relay.Family, out _socket);
        if (!made.IsSuccess)
            return made;
        if (shard.Protect(_socket!.Descriptor) is { IsSuccess: false } notWanted)
            return notWanted;
        if (SocketBinding.Of(proxy).Apply(_socket, _isV6, out refusal) is { IsSuccess: false } notBound)
            return notBound;
        if (receiveBuffer > 0)
            _socket!.SetReceiveBuffer(receiveBuffer);
        _socket!.SetSendBuffer(SendBuffer);
        if (options.UdpOffload)
        {
            _largestSegment = _socket.CanSegment ? LargestRun : 0;
            _socket.SetReceiveCoalescing();
        }
        SysResult connected = _socket.Connect(relay);
        return connected.IsSuccess ? shard.Poll.Add(_socket.Descriptor, this, Receiving, out _token) : connected;
    }

    /// <summary>Fills a batch from the queue; datagrams of one size in a row are one message, which the kernel splits.</summary>
    private void Fill(DatagramSendBatch batch, in DatagramQueue queue)
    {
        batch.Clear();
        int next = 0;
        while (next < queue.Count && batch.TryAdd(queue[next].Message.Span, default))
        {
            int size = queue[next].Message.Length;
            int first = next++;
            int length = size;
            for (int bytes = size; length == size && size <= _largestSegment && next < queue.Count; next++)
            {
                length = queue[next].Message.Length;
                bytes += length;
                // Only the last one of a run may be shorter.
                if (length > size || bytes > LargestRun || !batch.TryExtend(queue[next].Message.Span))
                    break;
            }
            if (next > first + 1)
                batch.Segment(size);
            buffers.Runs[batch.Count - 1] = next - first;
        }
    }

    /// <summary>Counts and drops the datagrams of so many messages.</summary>
    private void Drop(ref DatagramQueue queue, int messages)
    {
        int sent = 0;
        for (int i = 0; i < messages; i++)
            sent += buffers.Runs[i];
        shard.Counters.DatagramsToUplink += sent;
        for (int i = 0; i < sent; i++)
            shard.Counters.BytesToUplink += queue[i].PayloadLength;
        queue.Drop(sent);
    }

    /// <summary>Judges a refusal to send the queue's first datagram; true when those behind it can be tried at once.</summary>
    private bool Survives(SysResult refusal, int run, ref DatagramQueue queue)
    {
        switch (refusal.Errno)
        {
            case Errno.EINVAL or Errno.EMSGSIZE or Errno.EIO when run > 1:
                // Larger than the way's MTU, or a device that cannot compute the checksums: one by one from now on.
                _largestSegment = refusal.Errno == Errno.EIO ? 0 : queue[0].Message.Length - 1;
                return true;
            case Errno.EAGAIN:
                // Asked for only while it is wanted: every datagram that leaves a socket is an edge.
                shard.Poll.Change(_socket!.Descriptor, Receiving | EpollInterest.Writable, _token);
                return false;
            case Errno.EMSGSIZE:
                Owner.OnTooLarge(queue[0]);
                queue.Drop(1);
                return true;
            case Errno.ENOBUFS or Errno.ENOMEM or Errno.EPERM:
                Owner.OnLost(queue[0]);
                queue.Drop(1);
                return true;
            default:
                // The datagram that met the error does not wait for the next association: it might meet it there again.
                Owner.OnLost(queue[0]);
                queue.Drop(1);
                End($"the relay cannot be reached: {refusal.Message}");
                return false;
        }
    }

    private void Deliver(DatagramReceiveBatch batch, int slot)
    {
        Lease datagrams = buffers.Slot(slot).Slice(0, batch.LengthOf(slot));
        int size = batch.SegmentSizeOf(slot);
        if (batch.IsTruncated(slot))
        {
            Owner.OnMalformed();
            return;
        }
        for (; size > 0 && datagrams.Length > size; datagrams = datagrams.Slice(size, datagrams.Length - size))
            Deliver(datagrams.Slice(0, size));
        Deliver(datagrams);
    }

    private void Deliver(in Lease datagram)
    {
        if (!SocksDatagram.TryParse(datagram.Span, out SocksDatagram view) || view.IsFragment)
        {
            Owner.OnMalformed();
            return;
        }
        Owner.OnAnswer(
            new DatagramSource(view.Name, new InetEndpoint(view.Address, view.Port)),
            datagram.Slice(view.HeaderLength, view.Payload.Length));
    }

    private void Fail(bool isRefused, string reason)
    {
        Close();
        Owner.OnAssociationFailed(isRefused, reason);
    }

    private void End(string reason)
    {
        bool wasOpen = _socket is not null;
        Close();
        if (wasOpen)
            Owner.OnAssociationEnded(reason);
        else
            Owner.OnAssociationFailed(isRefused: false, reason);
    }
}
