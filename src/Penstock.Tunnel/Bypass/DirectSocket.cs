using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Udp;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Bypass;

/// <summary>A direct association's socket of one family: one port of this host.</summary>
/// <remarks>While it is open its port is in the directory of direct flows, so that what comes back into the tunnel is known.</remarks>
internal sealed class DirectSocket(DirectAssociation association, Shard shard, ShardGroup group, bool isV6) : IPollable
{
    private const int SendBuffer = 512 * 1024;
    private const EpollInterest Receiving = EpollInterest.Readable | EpollInterest.EdgeTriggered;

    private DatagramSocket? _socket;
    private ulong _token;
    private FlowKey _ends;
    private uint _lost;

    public bool IsV6 => isV6;

    /// <summary>There may be something to receive: until a call has found less than it could take.</summary>
    public bool IsReadable { get; private set; }

    /// <summary>How a socket of ours appears as a source on the device.</summary>
    public static FlowKey KeyOf(bool isV6, ushort port) =>
        new(new InetEndpoint(isV6 ? InetAddress.FromV6(0, 0) : default, port), default);

    /// <summary>Opens it; on failure it is closed.</summary>
    /// <param name="binding">What it is bound to.</param>
    /// <param name="refusal">When it fails for a key of the configuration: which one, and why.</param>
    public SysResult Open(SocketBinding binding, out string? refusal)
    {
        SysResult result = Prepare(binding, out refusal);
        if (result.IsSuccess)
            IsReadable = true;
        else
            Close();
        return result;
    }

    public SysResult Send(DatagramSendBatch batch) => _socket!.Send(batch);

    /// <summary>Receives what one call brings.</summary>
    public SysResult Receive(DatagramReceiveBatch batch)
    {
        SysResult result = _socket!.Receive(batch);
        if (result.IsSuccess && batch.Count == batch.Capacity)
            DatagramBuffers.CountLost(_socket, shard.Counters, ref _lost); // a queue that ran over fills a batch first
        else if (result.IsSuccess || result.IsAgain)
            IsReadable = false; // an error of one datagram's way is taken by the call that meets it
        return result;
    }

    /// <summary>Has the association called when there is room to send again.</summary>
    public void AwaitRoom() => shard.Poll.Change(_socket!.Descriptor, Receiving | EpollInterest.Writable, _token);

    public void OnReady(EpollReady ready)
    {
        bool isWritable = (ready & EpollReady.Writable) != 0;
        if (isWritable)
            shard.Poll.Change(_socket!.Descriptor, Receiving, _token);
        IsReadable |= (ready & ~EpollReady.Writable) != 0;
        association.OnReady(isWritable);
    }

    public void Close()
    {
        if (_socket is not { } socket)
            return;
        _socket = null;
        IsReadable = false;
        shard.Poll.Remove(_token);
        DatagramBuffers.CountLost(socket, shard.Counters, ref _lost);
        socket.Dispose();
        group.DirectFlows.Release(_ends);
    }

    private SysResult Prepare(SocketBinding binding, out string? refusal)
    {
        refusal = null;
        SysResult made = DatagramSocket.Create(isV6 ? AddressFamily.Inet6 : AddressFamily.Inet, out _socket);
        if (!made.IsSuccess)
        {
            if (made.Errno is Errno.EMFILE or Errno.ENFILE)
                shard.ReportNoDescriptor();
            return made;
        }
        if (shard.Protect(_socket!.Descriptor) is { IsSuccess: false } notWanted)
            return notWanted;
        if (binding.Local?.IsV6 != isV6)
            binding = binding with { Local = isV6 ? InetAddress.FromV6(0, 0) : default(InetAddress) };
        if (binding.Apply(_socket, isV6, out refusal) is { IsSuccess: false } notBound)
            return notBound;
        if (group.Options.Misc.UdpRecvBufferSize is > 0 and int size)
            _socket.SetReceiveBuffer(size);
        _socket.SetSendBuffer(SendBuffer);
        _ends = KeyOf(isV6, _socket.LocalAddress.Port);
        group.DirectFlows.Claim(_ends, shard.Index);
        return shard.Poll.Add(_socket.Descriptor, this, Receiving, out _token);
    }
}
