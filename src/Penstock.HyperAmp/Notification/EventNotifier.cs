using System;
using System.Threading;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Notification;

/// <summary>An eventfd that the service makes and hands to every client over a UNIX socket beside the side region.</summary>
/// <remarks>Clients that come before the service connect when they first ring; one whose service has gone connects anew.</remarks>
public sealed class EventNotifier : INotifier
{
    private static readonly TimeSpan AcceptTurn = TimeSpan.FromMilliseconds(100);

    private readonly SideView<MappedWords> _side;
    private readonly string _path;
    private readonly SharedEvent? _mine;
    private readonly DescriptorSocket? _listener;
    private readonly Thread? _thread;
    private readonly Lock _gate = new();
    private SharedEvent? _theirs;
    private int _service;
    private bool _stop;

    /// <summary>A client's or a service's end.</summary>
    /// <param name="side">The side region.</param>
    /// <param name="path">Where the socket lies.</param>
    /// <param name="serves">True for the service, which listens.</param>
    public EventNotifier(SideView<MappedWords> side, string path, bool serves)
    {
        _side = side;
        _path = path;
        if (!serves)
            return;
        _mine = SharedEvent.Create();
        _listener = DescriptorSocket.Listen(path);
        _thread = new Thread(HandOut) { IsBackground = true, Name = "amp-events" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Ring(ushort service)
    {
        if (_side.Sleep == 0)
            return;
        _side.Sleep = 0;
        _ = (_mine ?? Theirs())?.Signal();
    }

    /// <inheritdoc/>
    public void Arm()
    {
        _side.Sleep = 1;
        Interlocked.MemoryBarrier();
    }

    /// <inheritdoc/>
    public bool IsWoken => true;

    /// <inheritdoc/>
    public void Wake() => _ = _mine?.Signal();

    /// <inheritdoc/>
    public void Wait(TimeSpan timeout)
    {
        if (timeout != TimeSpan.Zero)
            _ = _mine!.Wait(timeout);
        _side.Sleep = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _stop, true);
        _thread?.Join();
        _listener?.Dispose();
        _mine?.Dispose();
        _theirs?.Dispose();
        if (_listener is not null)
            System.IO.File.Delete(_path);
    }

    private SharedEvent? Theirs()
    {
        int service = _side.Service;
        if (_theirs is { } known && _service == service)
            return known;
        lock (_gate)
        {
            using DescriptorSocket? socket = DescriptorSocket.TryConnect(_path);
            if (socket is null || !socket.TryReceive(out _, out int descriptor) || descriptor < 0)
                return null;
            _service = service;
            return _theirs = new SharedEvent(descriptor);
        }
    }

    private void HandOut()
    {
        while (!Volatile.Read(ref _stop))
        {
            using DescriptorSocket? client = _listener!.TryAccept(AcceptTurn);
            _ = client?.TrySend(0, _mine!.Descriptor);
        }
    }
}
