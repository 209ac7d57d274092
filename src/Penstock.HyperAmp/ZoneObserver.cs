using System.Collections.Generic;
using System.IO;
using Penstock.HyperAmp.Allocation;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp;

/// <summary>Looks at a living region without joining it: reads only, takes no lock, counts as no owner.</summary>
public sealed class ZoneObserver
{
    private readonly ZoneChannel _channel;
    private readonly MappedMemory? _memory;

    /// <summary>An observer of a region.</summary>
    public ZoneObserver(ZoneChannel channel)
    {
        _channel = channel;
        string side = channel.Region.SidePath;
        _memory = File.Exists(side) && new FileInfo(side).Length >= 4096
            ? MappedMemory.OpenFile(side, (int)new FileInfo(side).Length)
            : null;
    }

    /// <summary>The region as it is now.</summary>
    public ZoneSnapshot Look()
    {
        MappedWords page = new(_channel.Region.Queue);
        QueueLayout? layout = QueueFormat.Detect(page);
        ZoneSnapshot snapshot = new() { Path = _channel.Path, Layout = layout, Blank = QueueFormat.IsBlank(page) };
        if (layout is not { } known)
            return snapshot;
        QueueView<MappedWords> queue = new(page, known);
        snapshot = snapshot with
        {
            Mark = QueueMark.Name(queue.Mark),
            PeerMark = QueueMark.Name(new MappedWords(_channel.Region.PeerQueue).ReadUInt32(0)),
            Entries = queue.Capacity,
            Free = Length(queue, queue.EmptyHead),
            Waiting = Length(queue, queue.WaitHead),
            Processing = Length(queue, queue.ProcHead),
            LockByte = queue.LockByte,
        };
        return Side(queue) is { } side ? WithSide(snapshot, side, queue) : snapshot;
    }

    /// <summary>Owner slots whose holder no longer lives.</summary>
    public int CountDeadOwners()
    {
        int count = 0;
        foreach (OwnerSnapshot owner in Look().Owners)
            count += owner.Alive ? 0 : 1;
        return count;
    }

    private SideView<MappedWords>? Side(QueueView<MappedWords> queue)
    {
        SideGeometry geometry = new(queue.Capacity, _channel.Region.Payload.Length);
        if (_memory is null || _memory.Length < geometry.Length)
            return null;
        SideView<MappedWords> side = new(new MappedWords(_memory.Window), geometry);
        return side.IsFor((uint)queue.Layout) ? side : null;
    }

    private ZoneSnapshot WithSide(ZoneSnapshot snapshot, SideView<MappedWords> side, QueueView<MappedWords> queue)
    {
        int[] states = new int[5];
        int[] held = new int[SideGeometry.OwnerSlots];
        for (int i = 0; i < queue.Capacity; i++)
        {
            EntryWord word = side.Entry(i);
            if ((int)word.State >= states.Length)
                continue;
            states[(int)word.State]++;
            if (word.State != EntryState.Free && word.Owner.Slot < held.Length)
                held[word.Owner.Slot]++;
        }
        List<OwnerSnapshot> owners = [];
        for (int slot = 0; slot < SideGeometry.OwnerSlots; slot++)
        {
            OwnerInfo info = side.Owner(slot);
            if (info.Nonce != 0)
                owners.Add(new OwnerSnapshot(info, SideLease.IsHeld(_memory!, slot), held[slot], side.Sleepers(slot)));
        }
        Dictionary<ServiceCounter, ulong> counters = [];
        foreach (ServiceCounter counter in System.Enum.GetValues<ServiceCounter>())
            counters[counter] = side.Counter(counter);
        return snapshot with
        {
            Epoch = side.Epoch,
            ServiceSlot = side.Service - 1,
            Cached = states[(int)EntryState.Cached],
            Held = states[(int)EntryState.Held],
            Submitted = states[(int)EntryState.Submitted],
            Quarantined = states[(int)EntryState.Quarantined],
            PayloadBytes = side.Geometry.Units * (long)side.Geometry.Unit,
            PayloadUsed = new PayloadAllocator<MappedWords>(side).CountUsed() * (long)side.Geometry.Unit,
            Locked = side.LockWord != 0,
            Owners = owners,
            Counters = counters,
        };
    }

    private static int Length(QueueView<MappedWords> queue, int head)
    {
        int count = 0;
        for (int at = head; queue.IsEntry(at) && count < queue.Capacity; at = queue.Next(at))
            count++;
        return count;
    }
}
