using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Linux.Events;
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
/// from its real address is told as coming from the mapped one.
/// </remarks>
internal sealed class DirectAssociation(Shard shard, ShardGroup group, BypassRules rules, DatagramBuffers buffers, bool isV6, IAssociationOwner owner)
    : UplinkAssociation(owner, shard.Now), IPollable, IResumable
{
    private const int LargestV4 = 65507;
    private const int LargestV6 = 65527;
    private const int MostNames = 256;
    private const int SendBuffer = 512 * 1024;
    private const EpollInterest Receiving = EpollInterest.Readable | EpollInterest.EdgeTriggered;

    private readonly Dictionary<InetAddress, ProxyAddress> _names = [];
    private readonly Dictionary<InetEndpoint, InetEndpoint> _mappedOf = [];
    private DatagramSocket? _socket;
    private SysResult _prepared;
    private ulong _token;
    private FlowKey _ends;
    private bool _isOpen;
    private bool _isClosed;
    private uint _lost;

    public override bool IsQuiet => _socket is not null;

    public override int LargestMessage => isV6 ? LargestV6 + SocksDatagram.HeaderV6 : LargestV4 + SocksDatagram.HeaderV4;

    /// <summary>How a socket of ours appears as a source on the device.</summary>
    public static FlowKey KeyOf(bool isV6, ushort port) =>
        new(new InetEndpoint(isV6 ? InetAddress.FromV6(0, 0) : default, port), default);

    public override void Open()
    {
        _prepared = Prepare();
        shard.Later(this);
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
            Owner.OnAssociationFailed(isRefused: false, $"direct: {_prepared.Message}");
        }
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
            bool isWaiting = Fill(batch, ref queue);
            if (batch.Count == 0)
                return !isWaiting;
            SysResult result = _socket!.Send(batch);
            for (int i = 0; i < batch.Sent; i++)
                shard.Counters.BytesToUplink += queue[i].PayloadLength;
            shard.Counters.DatagramsToUplink += batch.Sent;
            queue.Drop(batch.Sent);
            if (result.IsSuccess)
                continue;
            if (result.IsAgain)
            {
                shard.Poll.Change(_socket.Descriptor, Receiving | EpollInterest.Writable, _token);
                return false;
            }
            if (result.Errno == Errno.EMSGSIZE)
                Owner.OnTooLarge(queue[0]);
            else
                Owner.OnLost(queue[0]);
            queue.Drop(1);
        }
        return true;
    }

    public override bool Receive()
    {
        DatagramReceiveBatch batch = buffers.Receive;
        SysResult result = _socket!.Receive(batch);
        if (!result.IsSuccess)
            return !result.IsAgain; // an error of one datagram's way is taken by the call that meets it
        if (batch.Count == batch.Capacity)
            DatagramBuffers.CountLost(_socket, shard.Counters, ref _lost); // a queue that ran over fills a batch first
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch.IsTruncated(i))
            {
                Owner.OnMalformed();
                continue;
            }
            SocketAddress sender = batch.SenderOf(i);
            InetEndpoint from = new(InetAddress.Read(sender.AddressBytes), sender.Port);
            if (_mappedOf.TryGetValue(from, out InetEndpoint mapped))
                from = mapped;
            Owner.OnAnswer(new DatagramSource(default, from), buffers.Slot(i).Slice(0, batch.LengthOf(i)));
        }
        return batch.Count == batch.Capacity;
    }

    public override void Close()
    {
        _isClosed = true;
        if (_socket is not { } socket)
            return;
        _socket = null;
        shard.Poll.Remove(_token);
        DatagramBuffers.CountLost(socket, shard.Counters, ref _lost);
        socket.Dispose();
        group.DirectFlows.Release(_ends);
    }

    private SysResult Prepare()
    {
        SysResult made = DatagramSocket.Create(isV6 ? AddressFamily.Inet6 : AddressFamily.Inet, out _socket);
        if (!made.IsSuccess)
        {
            if (made.Errno is Errno.EMFILE or Errno.ENFILE)
                shard.ReportNoDescriptor();
            return made;
        }
        if (shard.Protect(_socket!.Descriptor) is { IsSuccess: false } notWanted)
            return notWanted;
        SocketBinding binding = rules.Binding;
        if (binding.Local?.IsV6 != isV6)
            binding = binding with { Local = isV6 ? InetAddress.FromV6(0, 0) : default(InetAddress) };
        if (binding.Apply(_socket, isV6, out _) is { IsSuccess: false } notBound)
            return notBound;
        if (group.Options.Misc.UdpRecvBufferSize is > 0 and int size)
            _socket.SetReceiveBuffer(size);
        _socket.SetSendBuffer(SendBuffer);
        _ends = KeyOf(isV6, _socket.LocalAddress.Port);
        group.DirectFlows.Claim(_ends, shard.Index);
        return shard.Poll.Add(_socket.Descriptor, this, Receiving, out _token);
    }

    /// <summary>Fills a batch from the queue's front; true when a name has to be resolved before the rest.</summary>
    private bool Fill(DatagramSendBatch batch, ref DatagramQueue queue)
    {
        batch.Clear();
        for (int i = 0; i < queue.Count; i++)
        {
            ref readonly QueuedDatagram datagram = ref queue[i];
            if (!TryResolve(datagram.Destination, out InetAddress real, out bool isWaiting))
            {
                if (isWaiting || batch.Count > 0)
                    return isWaiting;
                Owner.OnLost(datagram);
                queue.Drop(1);
                i--;
                continue;
            }
            if (!batch.TryAdd(datagram.Message.Span[datagram.HeaderLength..], default, SocketBinding.AddressOf(real, datagram.Destination.Port)))
                return false;
        }
        return false;
    }

    private bool TryResolve(in InetEndpoint destination, out InetAddress real, out bool isWaiting)
    {
        isWaiting = false;
        real = destination.Address;
        if (!rules.IsMapped(destination.Address))
            return true;
        if (!_names.TryGetValue(destination.Address, out ProxyAddress? host))
        {
            if (group.Names?.TryName(destination.Address) is not { } name)
                return false;
            if (_names.Count >= MostNames)
            {
                _names.Clear();
                _mappedOf.Clear();
            }
            _names.Add(destination.Address, host = rules.Hosts[name]);
        }
        if (!host.TryGet(() => shard.PostPatiently(ShardMessage.Call(this)), out InetAddress[] addresses))
        {
            isWaiting = true;
            return false;
        }
        foreach (InetAddress address in addresses)
        {
            if (address.IsV6 != isV6 || rules.IsMapped(address))
                continue;
            real = address;
            _mappedOf[new InetEndpoint(real, destination.Port)] = destination;
            return true;
        }
        return false;
    }
}
