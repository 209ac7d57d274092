using System;
using System.Collections.Generic;

namespace Penstock.Interleaving;

/// <summary>One state of an exploration: shared memory, the stores on their way to it, and where each actor stands.</summary>
/// <remarks>Never changed once made: a step makes a new world.</remarks>
internal sealed class World
{
    private readonly MemoryModel _model;
    private readonly PendingStore[][] _stores;
    private readonly bool[] _dead;

    internal World(MemoryModel model, byte[] memory, ActorLog[] logs)
        : this(model, memory, logs, new PendingStore[logs.Length][], new bool[logs.Length])
    {
        Array.Fill(_stores, []);
    }

    private World(MemoryModel model, byte[] memory, ActorLog[] logs, PendingStore[][] stores, bool[] dead)
    {
        _model = model;
        Memory = memory;
        Logs = logs;
        _stores = stores;
        _dead = dead;
    }

    internal byte[] Memory { get; }

    internal ActorLog[] Logs { get; }

    internal bool IsOver(int actor) => _dead[actor] || Logs[actor].Next.Kind == AccessKind.Done;

    internal bool IsOver()
    {
        for (int actor = 0; actor < Logs.Length; actor++)
        {
            if (!IsOver(actor) || _stores[actor].Length > 0)
                return false;
        }
        return true;
    }

    /// <summary>True when the actor's next access can happen now.</summary>
    internal bool CanAccess(int actor)
    {
        if (IsOver(actor))
            return false;
        Access next = Logs[actor].Next;
        if (next.NeedsDrainedStores && _stores[actor].Length > 0)
            return false;
        return next.Kind switch
        {
            AccessKind.AwaitChange => VirtualMemory.Read(Memory, next.Offset, next.Size) != next.Value,
            AccessKind.Pause => HasNews(actor),
            _ => true,
        };
    }

    /// <summary>Which of the actor's pending stores may become visible next.</summary>
    internal void CollectFlushes(int actor, List<Step> steps)
    {
        PendingStore[] stores = _stores[actor];
        for (int i = 0; i < stores.Length; i++)
        {
            if (i > 0 && (_model == MemoryModel.TotalStoreOrder || stores[i].IsFence))
                return;
            if (i > 0 && (stores[i].IsRelease || OverlapsEarlier(stores, i)))
                continue;
            steps.Add(new Step(StepKind.Flush, actor, i));
        }
    }

    internal World Apply(in Step step, ref int ids) => step.Kind switch
    {
        StepKind.Flush => Flush(step.Actor, step.Index),
        StepKind.Kill => Kill(step.Actor),
        _ => Perform(step.Actor, step.Index, ref ids),
    };

    internal UInt128 Key(int context)
    {
        ulong a = 0x9E3779B97F4A7C15 ^ (ulong)context;
        ulong b = 0xC2B2AE3D27D4EB4F + (ulong)context;
        for (int i = 0; i < Memory.Length; i += 8)
            Mix(ref a, ref b, BitConverter.ToUInt64(Memory, i));
        for (int actor = 0; actor < Logs.Length; actor++)
        {
            Mix(ref a, ref b, (ulong)Logs[actor].Id << 8 | (_dead[actor] ? 1UL : 0) | (ulong)_stores[actor].Length << 1);
            foreach (PendingStore store in _stores[actor])
            {
                Mix(ref a, ref b, (ulong)store.Offset << 8 | (ulong)store.Size << 1 | (store.IsRelease ? 1UL : 0));
                Mix(ref a, ref b, store.Value);
            }
        }
        return new UInt128(a, b);
    }

    private World Perform(int actor, int choice, ref int ids)
    {
        Access access = Logs[actor].Next;
        ulong result = access.Kind switch
        {
            AccessKind.Choose => (ulong)choice,
            _ when access.Size > 0 => View(actor, access.Offset, access.Size),
            _ => 0,
        };
        ActorLog[] logs = (ActorLog[])Logs.Clone();
        bool stores = access.Kind is AccessKind.Store or AccessKind.StoreRelease or AccessKind.StoreFence;
        logs[actor] = logs[actor].After(stores ? 0 : result, ref ids);

        if (stores && _model != MemoryModel.SequentiallyConsistent)
            return new World(_model, Memory, logs, Queued(actor, access), _dead);
        ulong? written = access.Kind switch
        {
            AccessKind.Store or AccessKind.StoreRelease or AccessKind.Exchange => access.Value,
            AccessKind.FetchAdd => result + access.Value,
            AccessKind.CompareExchange when result == access.Comparand => access.Value,
            _ => null,
        };
        byte[] memory = Memory;
        if (written is { } value)
        {
            memory = (byte[])Memory.Clone();
            VirtualMemory.Write(memory, access.Offset, access.Size, value);
        }
        return new World(_model, memory, logs, _stores, _dead);
    }

    private PendingStore[][] Queued(int actor, in Access access)
    {
        PendingStore[] mine = _stores[actor];
        bool isFence = access.Kind == AccessKind.StoreFence;
        if (isFence && (mine.Length == 0 || _model == MemoryModel.TotalStoreOrder))
            return _stores;
        bool isRelease = access.Kind == AccessKind.StoreRelease && _model == MemoryModel.WeakStores;
        PendingStore[][] stores = (PendingStore[][])_stores.Clone();
        stores[actor] = [.. mine, new PendingStore(access.Offset, isFence ? 0 : access.Size, access.Value, isRelease)];
        return stores;
    }

    private World Flush(int actor, int index)
    {
        PendingStore store = _stores[actor][index];
        byte[] memory = (byte[])Memory.Clone();
        VirtualMemory.Write(memory, store.Offset, store.Size, store.Value);
        List<PendingStore> left = [.. _stores[actor]];
        left.RemoveAt(index);
        while (left.Count > 0 && left[0].IsFence)
            left.RemoveAt(0);
        PendingStore[][] stores = (PendingStore[][])_stores.Clone();
        stores[actor] = [.. left];
        return new World(_model, memory, Logs, stores, _dead);
    }

    private World Kill(int actor)
    {
        bool[] dead = (bool[])_dead.Clone();
        dead[actor] = true;
        return new World(_model, Memory, Logs, _stores, dead);
    }

    /// <summary>Memory with the actor's own stores in front: a processor sees its own stores at once.</summary>
    private ulong View(int actor, int offset, int size)
    {
        PendingStore[] stores = _stores[actor];
        if (stores.Length == 0)
            return VirtualMemory.Read(Memory, offset, size);
        Span<byte> seen = stackalloc byte[8];
        Span<byte> stored = stackalloc byte[8];
        Memory.AsSpan(offset, size).CopyTo(seen);
        foreach (PendingStore store in stores)
        {
            if (store.IsFence)
                continue;
            VirtualMemory.Write(stored, 0, 8, store.Value);
            for (int i = 0; i < store.Size; i++)
            {
                int at = store.Offset + i - offset;
                if ((uint)at < (uint)size)
                    seen[at] = stored[i];
            }
        }
        return VirtualMemory.Read(seen, 0, size);
    }

    /// <summary>True when another turn of a spinning loop can differ from the last: it wrote, or what it read has changed.</summary>
    private bool HasNews(int actor)
    {
        bool hasRead = false;
        ActorLog node = Logs[actor];
        for (; node.Parent is { } parent && parent.Next.Kind != AccessKind.Pause; node = parent)
        {
            Access access = parent.Next;
            bool isRead = access.Kind == AccessKind.Load
                || (access.Kind == AccessKind.CompareExchange && node.Result != access.Comparand);
            if (!isRead && access.Kind is not (AccessKind.FullFence or AccessKind.StoreFence))
                return true;
            hasRead |= isRead;
            if (isRead && View(actor, access.Offset, access.Size) != node.Result)
                return true;
        }
        return !hasRead;
    }

    private static bool OverlapsEarlier(PendingStore[] stores, int index)
    {
        for (int i = 0; i < index; i++)
        {
            if (!stores[i].IsFence && stores[i].Overlaps(stores[index]))
                return true;
        }
        return false;
    }

    private static void Mix(ref ulong a, ref ulong b, ulong value)
    {
        a = (a ^ value) * 0x9FB21C651E98DF25;
        a ^= a >> 29;
        b = (b + value) * 0xD6E8FEB86659FD93;
        b ^= b >> 32;
        (a, b) = (a + b, b ^ (a << 23 | a >> 41));
    }
}
