using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Client;

/// <summary>The entries of a client: kept ones are taken with one compare-exchange, others under the channel's lock.</summary>
internal sealed class SlotPool
{
    [ThreadStatic]
    private static int s_place;

    private readonly SharedChannel<MappedWords> _channel;
    private readonly RequestSlot?[] _kept;
    private readonly RequestSlot?[] _all;
    private readonly int _keptPayload;

    internal SlotPool(SharedChannel<MappedWords> channel, ClientOptions options)
    {
        _channel = channel;
        _keptPayload = options.CachedPayload;
        _kept = new RequestSlot?[Math.Clamp(options.CachedEntries, 1, Math.Max(1, channel.Queue.Capacity / 4))];
        _all = new RequestSlot?[channel.Queue.Capacity];
    }

    /// <summary>Takes the slot that this thread had last, when it is free and holds so many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryTakeKept(int bytes, [NotNullWhen(true)] out RequestSlot? slot)
    {
        int place = s_place;
        slot = place < _kept.Length ? Volatile.Read(ref _kept[place]) : null;
        // The block is the holder's to change, so its size counts only once the slot is taken.
        if (slot is null || !_channel.Side.TryChange(slot.Index, slot.Cached, slot.Held))
            return false;
        if (bytes <= slot.Capacity)
            return true;
        _channel.Side.SetEntry(slot.Index, slot.Cached);
        return false;
    }

    /// <summary>Takes a slot whose block holds <paramref name="bytes"/> bytes.</summary>
    internal TakeStatus Take(int bytes, long due, out RequestSlot? slot)
    {
        int place = s_place;
        for (int i = 0; i < _kept.Length; i++, place++)
        {
            if (place >= _kept.Length)
                place = 0;
            slot = Volatile.Read(ref _kept[place]);
            if (slot is null)
                continue;
            if (_channel.Side.TryChange(slot.Index, slot.Cached, slot.Held))
            {
                s_place = place;
                return bytes <= slot.Capacity ? TakeStatus.Taken : Resize(slot, bytes, due);
            }
            EntryWord now = _channel.Side.Entry(slot.Index);
            if (now != slot.Cached && now.Owner != _channel.Me)
                Interlocked.CompareExchange(ref _kept[place], null, slot);
        }
        return TakeFresh(bytes, due, out slot);
    }

    /// <summary>Keeps the slot for later, or gives it back to all.</summary>
    internal void Release(RequestSlot slot)
    {
        if (slot.Capacity <= _keptPayload && (slot.Place >= 0 || Keep(slot)))
        {
            // SYNC kept entry, release: whoever takes it next sees the block this slot knows.
            _channel.Side.SetEntry(slot.Index, slot.Cached);
            return;
        }
        GiveBack(slot);
    }

    /// <summary>Gives up a slot whose message the service may still write.</summary>
    internal void Drop(RequestSlot slot)
    {
        if (slot.Place >= 0)
            Interlocked.CompareExchange(ref _kept[slot.Place], null, slot);
        slot.Place = -1;
    }

    /// <summary>True while a thread holds an entry or waits for its answer.</summary>
    internal bool AnyUnderWay()
    {
        foreach (RequestSlot? slot in _all)
        {
            if (slot is not null && _channel.Side.Entry(slot.Index) is var word && (word == slot.Held || word == slot.Submitted))
                return true;
        }
        return false;
    }

    /// <summary>Gives every kept entry back.</summary>
    internal void Clear()
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (Interlocked.Exchange(ref _kept[i], null) is { } slot
                && _channel.Side.TryChange(slot.Index, slot.Cached, slot.Held))
                GiveBack(slot);
        }
    }

    private void GiveBack(RequestSlot slot)
    {
        Drop(slot);
        if (!_channel.Enter(Deadline.After(5000)))
            return;
        _channel.Return(slot.Index);
        _channel.Leave();
    }

    private bool Keep(RequestSlot slot)
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            if (_kept[i] is not null)
                continue;
            slot.Place = i;
            if (Interlocked.CompareExchange(ref _kept[i], slot, null) is null)
                return true;
        }
        slot.Place = -1;
        return false;
    }

    private TakeStatus Resize(RequestSlot slot, int bytes, long due)
    {
        bool fits = false;
        if (_channel.Enter(due))
        {
            PayloadBlock block = slot.Block;
            fits = _channel.TryResize(slot.Index, bytes, ref block);
            slot.SetBlock(block, _channel.Side.Geometry.Unit);
            _channel.Leave();
        }
        if (fits)
            return TakeStatus.Taken;
        Release(slot);
        return TakeStatus.NoPayload;
    }

    private TakeStatus TakeFresh(int bytes, long due, out RequestSlot? slot)
    {
        const int Generous = 1024;
        slot = null;
        if (!_channel.Enter(due))
            return TakeStatus.NoEntry;
        TakeStatus status = _channel.TryTake(bytes, Generous, out int index, out PayloadBlock block);
        if (status != TakeStatus.Taken && _channel.Repair.RecoverDeadOwners())
            status = _channel.TryTake(bytes, Generous, out index, out block);
        _channel.Leave();
        if (status != TakeStatus.Taken)
            return status;
        slot = _all[index] ??= new RequestSlot(index, _channel.Me);
        Drop(slot);
        slot.SetBlock(block, _channel.Side.Geometry.Unit);
        return TakeStatus.Taken;
    }
}
