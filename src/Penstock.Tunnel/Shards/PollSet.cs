using System;
using Penstock.Linux;
using Penstock.Linux.Events;

namespace Penstock.Tunnel.Shards;

/// <summary>A shard's epoll, and who is meant by each of its tokens.</summary>
/// <remarks>
/// An event that the kernel reported before its descriptor was removed names a token that means nobody any more and is
/// dropped, so a batch of events can close sockets that are named later in the same batch.
/// </remarks>
internal sealed class PollSet : IDisposable
{
    private const int BatchSize = 256;
    private readonly Epoll _epoll = new();
    private readonly EpollEvent[] _events = new EpollEvent[BatchSize];
    private readonly PollTokens _tokens = new();

    /// <summary>Descriptors that there is memory for.</summary>
    public int Capacity => _tokens.Capacity;

    /// <summary>Watches a descriptor.</summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="target">Who is called when it is ready.</param>
    /// <param name="interest">What for.</param>
    /// <param name="token">What <see cref="Remove"/> takes; valid on success.</param>
    /// <returns>The kernel's refusal, if its memory or the user's share of watches is used up.</returns>
    public SysResult Add(int descriptor, IPollable target, EpollInterest interest, out ulong token)
    {
        token = _tokens.Take(target);
        SysResult added = _epoll.TryAdd(descriptor, interest, token);
        if (!added.IsSuccess)
            _tokens.Release(token);
        return added;
    }

    /// <summary>Watches a descriptor for something else from now on.</summary>
    public void Change(int descriptor, EpollInterest interest, ulong token) => _epoll.Modify(descriptor, interest, token);

    /// <summary>Forgets a descriptor. The kernel does so by itself when the descriptor is closed next.</summary>
    public void Remove(ulong token) => _tokens.Release(token);

    /// <summary>Waits, then calls everybody who is ready.</summary>
    /// <param name="timeoutMicroseconds">-1 waits for ever, 0 not at all.</param>
    public int Wait(long timeoutMicroseconds) => _epoll.Wait(_events, timeoutMicroseconds);

    /// <summary>Calls everybody whom the last <see cref="Wait"/> found ready.</summary>
    public void Dispatch(int count)
    {
        for (int i = 0; i < count; i++)
            _tokens.Find(_events[i].Token)?.OnReady(_events[i].Ready);
    }

    public void Dispose() => _epoll.Dispose();
}
