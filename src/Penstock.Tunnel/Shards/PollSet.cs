using System;
using Penstock.Linux;
using Penstock.Linux.Events;

namespace Penstock.Tunnel.Shards;

/// <summary>A shard's epoll, and who is meant by each of its tokens.</summary>
/// <remarks>
/// <code>
///   token:  | generation (32) | slot (32) |
/// </code>
/// An event that the kernel reported before its descriptor was removed names an old generation and is dropped, so a
/// batch of events can close sockets that are named later in the same batch. Generations begin at 1: 0 is nobody's token.
/// </remarks>
internal sealed class PollSet : IDisposable
{
    private const int BatchSize = 256;
    private readonly Epoll _epoll = new();
    private readonly EpollEvent[] _events = new EpollEvent[BatchSize];
    private Slot[] _slots = new Slot[64];
    private int _freeSlot = -1;
    private int _slotCount;

    private struct Slot
    {
        public IPollable? Target;
        public uint Generation;
        public int NextFree;
    }

    /// <summary>Watches a descriptor.</summary>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="target">Who is called when it is ready.</param>
    /// <param name="interest">What for.</param>
    /// <param name="token">What <see cref="Remove"/> takes; valid on success.</param>
    /// <returns>The kernel's refusal, if its memory or the user's share of watches is used up.</returns>
    public SysResult Add(int descriptor, IPollable target, EpollInterest interest, out ulong token)
    {
        int index = _freeSlot;
        if (index >= 0)
        {
            _freeSlot = _slots[index].NextFree;
        }
        else
        {
            if (_slotCount == _slots.Length)
                Array.Resize(ref _slots, _slots.Length * 2);
            index = _slotCount++;
            _slots[index].Generation = 1;
        }
        _slots[index].Target = target;
        token = (ulong)_slots[index].Generation << 32 | (uint)index;
        SysResult added = _epoll.TryAdd(descriptor, interest, token);
        if (!added.IsSuccess)
            Remove(token);
        return added;
    }

    /// <summary>Watches a descriptor for something else from now on.</summary>
    public void Change(int descriptor, EpollInterest interest, ulong token) => _epoll.Modify(descriptor, interest, token);

    /// <summary>Forgets a descriptor. The kernel does so by itself when the descriptor is closed next.</summary>
    public void Remove(ulong token)
    {
        int index = (int)(uint)token;
        ref Slot slot = ref _slots[index];
        if (slot.Generation != (uint)(token >> 32) || slot.Target is null)
            return;
        slot.Target = null;
        slot.Generation++;
        slot.NextFree = _freeSlot;
        _freeSlot = index;
    }

    /// <summary>Waits, then calls everybody who is ready.</summary>
    /// <param name="timeoutMicroseconds">-1 waits for ever, 0 not at all.</param>
    public int Wait(long timeoutMicroseconds) => _epoll.Wait(_events, timeoutMicroseconds);

    /// <summary>Calls everybody whom the last <see cref="Wait"/> found ready.</summary>
    public void Dispatch(int count)
    {
        for (int i = 0; i < count; i++)
        {
            ulong token = _events[i].Token;
            ref Slot slot = ref _slots[(int)(uint)token];
            if (slot.Generation == (uint)(token >> 32))
                slot.Target?.OnReady(_events[i].Ready);
        }
    }

    public void Dispose() => _epoll.Dispose();
}
