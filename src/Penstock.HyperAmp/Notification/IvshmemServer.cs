using System;
using System.Collections.Generic;
using System.Threading;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Notification;

/// <summary>Hands one memory file and a doorbell per peer to the virtual machines that connect, as QEMU's ivshmem-doorbell expects.</summary>
/// <remarks>
/// Per connection, each number with at most one descriptor: protocol version 0; the peer's own id; -1 with the memory; then
/// for every peer that is there its id with an eventfd per vector, the newcomer's own last. A peer that leaves is told to
/// the others by its id without a descriptor.
/// </remarks>
public sealed class IvshmemServer : IDisposable
{
    private const long Version = 0;
    private const int MostPeers = 64;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(20);

    private readonly DescriptorSocket _listener;
    private readonly string _path;
    private readonly MappedMemory _memory;
    private readonly int _vectors;
    private readonly List<Peer> _peers = [];
    private readonly Thread _thread;
    private bool _stop;
    private int _next;

    /// <summary>Starts serving.</summary>
    /// <param name="path">The UNIX socket.</param>
    /// <param name="memory">What all peers share.</param>
    /// <param name="vectors">Doorbells per peer, 1 to 16.</param>
    public IvshmemServer(string path, MappedMemory memory, int vectors = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vectors, 16);
        _path = path;
        _memory = memory;
        _vectors = vectors;
        _listener = DescriptorSocket.Listen(path);
        _thread = new Thread(Run) { IsBackground = true, Name = "ivshmem" };
        _thread.Start();
    }

    /// <summary>Peers connected now.</summary>
    public int Peers
    {
        get
        {
            lock (_peers)
                return _peers.Count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _stop, true);
        _thread.Join();
        _listener.Dispose();
        foreach (Peer peer in _peers)
            peer.Dispose();
        System.IO.File.Delete(_path);
    }

    private void Run()
    {
        while (!Volatile.Read(ref _stop))
        {
            DescriptorSocket? socket = _listener.TryAccept(Turn);
            lock (_peers)
            {
                if (socket is not null)
                    Welcome(socket);
                DropGone();
            }
        }
    }

    private void Welcome(DescriptorSocket socket)
    {
        if (_peers.Count == MostPeers)
        {
            socket.Dispose();
            return;
        }
        Peer peer = new(_next++ & 0xFFFF, socket, _vectors);
        bool sent = socket.TrySend(Version, -1) && socket.TrySend(peer.Id, -1) && socket.TrySend(-1, _memory.FileDescriptor);
        foreach (Peer other in _peers)
        {
            sent = sent && peer.Announce(other);
            _ = other.Announce(peer);
        }
        if (sent && peer.Announce(peer))
            _peers.Add(peer);
        else
            peer.Dispose();
    }

    // Nothing is ever sent by a peer: what makes its socket readable is its end.
    private void DropGone()
    {
        for (int i = 0; i < _peers.Count; i++)
        {
            Peer gone = _peers[i];
            if (!gone.Socket.IsReadable(TimeSpan.Zero))
                continue;
            _peers.RemoveAt(i--);
            foreach (Peer other in _peers)
                _ = other.Socket.TrySend(gone.Id, -1);
            gone.Dispose();
        }
    }

    private sealed class Peer : IDisposable
    {
        private readonly SharedEvent[] _events;

        internal Peer(int id, DescriptorSocket socket, int vectors)
        {
            Id = id;
            Socket = socket;
            _events = new SharedEvent[vectors];
            for (int i = 0; i < vectors; i++)
                _events[i] = SharedEvent.Create();
        }

        internal int Id { get; }

        internal DescriptorSocket Socket { get; }

        /// <summary>Tells this peer how to ring another.</summary>
        internal bool Announce(Peer other)
        {
            foreach (SharedEvent bell in other._events)
            {
                if (!Socket.TrySend(other.Id, bell.Descriptor))
                    return false;
            }
            return true;
        }

        public void Dispose()
        {
            Socket.Dispose();
            foreach (SharedEvent bell in _events)
                bell.Dispose();
        }
    }
}
