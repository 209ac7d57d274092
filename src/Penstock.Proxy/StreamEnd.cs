using Penstock.Linux.Events;
using Penstock.Linux.Sockets;

namespace Penstock.Proxy;

/// <summary>One socket of a relay, and what it is ready for.</summary>
/// <remarks>
/// Watched once, edge-triggered, for both directions: a flag stays set until a call says EAGAIN or moves less than it
/// could. The owner changes when the handshake gives way to the relay.
/// </remarks>
internal sealed class StreamEnd : IPollTarget
{
    private readonly Worker _worker;
    private ulong _token;

    internal StreamEnd(Worker worker, StreamSocket socket, IRunnable owner)
    {
        _worker = worker;
        Socket = socket;
        Owner = owner;
    }

    internal StreamSocket Socket { get; }

    internal IRunnable Owner { get; set; }

    internal bool Readable { get; set; }

    internal bool Writable { get; set; }

    /// <summary>A FIN has arrived: the text in front of it may not fill the buffer, and still more follows.</summary>
    internal bool PeerClosed { get; private set; }

    /// <summary>The kernel has an error to tell, or both directions are over.</summary>
    internal bool Broken { get; private set; }

    internal bool TryWatch() => _worker.TryWatch(
        Socket.Descriptor,
        EpollInterest.Readable | EpollInterest.Writable | EpollInterest.PeerClosed | EpollInterest.EdgeTriggered,
        this,
        out _token);

    public void OnReady(EpollReady ready)
    {
        const EpollReady over = EpollReady.Error | EpollReady.HangUp;
        Readable |= (ready & (EpollReady.Readable | EpollReady.PeerClosed | over)) != 0;
        Writable |= (ready & (EpollReady.Writable | over)) != 0;
        PeerClosed |= (ready & (EpollReady.PeerClosed | over)) != 0;
        Broken |= (ready & EpollReady.Error) != 0;
        Owner.Run();
    }

    internal void Close()
    {
        _worker.Unwatch(Socket.Descriptor, _token);
        Socket.Dispose();
    }

    internal void Reset()
    {
        _worker.Unwatch(Socket.Descriptor, _token);
        Socket.CloseWithReset();
    }
}
