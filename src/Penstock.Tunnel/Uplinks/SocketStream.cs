using Penstock.Linux;
using Penstock.Linux.Batches;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Tunnel.Shards;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Uplinks;

/// <summary>A stream that is carried by one TCP connection of this shard.</summary>
internal abstract class SocketStream : UplinkStream, IPollable
{
    private const EpollInterest Edges =
        EpollInterest.Readable | EpollInterest.Writable | EpollInterest.PeerClosed | EpollInterest.EdgeTriggered;

    private ulong _token;

    protected SocketStream(Shard shard)
    {
        Shard = shard;
        Deadline = new DeadlineNode<SocketStream>(this);
    }

    protected Shard Shard { get; }

    /// <summary>The connection; null while there is none.</summary>
    protected StreamSocket? Socket { get; private set; }

    /// <summary>Which key of the configuration kept the last <see cref="Connect"/> from a socket, and why; null when none did.</summary>
    protected string? Refusal { get; private set; }

    /// <summary>Place among those that wait for the same kind of thing.</summary>
    protected DeadlineNode<SocketStream> Deadline { get; }

    /// <summary>The far side has closed or failed.</summary>
    protected bool HasEndNear { get; set; }

    public override bool EndIsNear => HasEndNear;

    public override SysResult Send(ref GatherList pieces) => Socket!.Send(ref pieces);

    public override bool TryBegin(IoBatch batch, BatchOperation operation)
    {
        batch.Begin(Socket!.Descriptor, operation);
        return true;
    }

    public override SysResult Receive(ref ScatterList pieces) => Socket!.Receive(ref pieces);

    public override void ShutdownSend() => Socket?.ShutdownSend();

    public override bool AcknowledgeNow() => Socket?.SetQuickAck().IsSuccess == true;

    public override void Close(bool reset)
    {
        Deadline.List?.Remove(Deadline);
        DropSocket(reset);
    }

    public abstract void OnReady(EpollReady ready);

    /// <summary>What was waited for did not come in time.</summary>
    public abstract void OnDeadline();

    /// <summary>Begins to connect; the outcome is an event. On failure there may be a socket to drop.</summary>
    protected SysResult Connect(in InetAddress address, ushort port, in SocketBinding binding, bool fastOpen = false)
    {
        HasEndNear = false;
        Refusal = null;
        SysResult made = StreamSocket.Create(address.IsV6 ? AddressFamily.Inet6 : AddressFamily.Inet, out StreamSocket? socket);
        if (!made.IsSuccess)
            return made;
        Socket = socket;
        if (Shard.Protect(socket!.Descriptor) is { IsSuccess: false } notWanted)
            return notWanted;
        socket.SetNoDelay();
        if (binding.Apply(socket, address.IsV6, out string? refusal) is { IsSuccess: false } notBound)
        {
            Refusal = refusal;
            return notBound;
        }
        if (fastOpen)
            socket.SetFastOpenConnect();
        SysResult result = socket.Connect(SocketBinding.AddressOf(address, port));
        if (!result.IsSuccess && !result.IsInProgress)
            return result;
        if (Shard.Poll.Add(socket.Descriptor, this, Edges, out _token) is { IsSuccess: false } notWatched)
            return notWatched;
        Shard.Connecting.Touch(Deadline, Shard.Now);
        return SysResult.Ok();
    }

    protected void DropSocket(bool reset = false)
    {
        if (Socket is not { } socket)
            return;
        Socket = null;
        Shard.Poll.Remove(_token);
        if (reset)
            socket.CloseWithReset();
        else
            socket.Dispose();
    }

    /// <summary>How the app is to be told that a connect failed.</summary>
    protected static UplinkFailure FailureOf(int errno) => errno switch
    {
        Errno.ENETUNREACH => UplinkFailure.NetworkUnreachable,
        Errno.EHOSTUNREACH or Errno.ETIMEDOUT => UplinkFailure.HostUnreachable,
        _ => UplinkFailure.Refused,
    };
}
