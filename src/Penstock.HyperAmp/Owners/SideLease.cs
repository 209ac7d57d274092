using System;
using System.Diagnostics;
using System.IO;
using System.Security.Cryptography;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Owners;

/// <summary>A place among the owners of a region, held by a lock that dies with the process.</summary>
/// <remarks>
/// Bytes of the side file as locks: 0 while somebody joins or leaves, 1 for the one service, 16 + slot for each owner.
/// </remarks>
public sealed class SideLease : IOwnerLiveness, IDisposable
{
    private const long JoinByte = 0;
    private const long ServiceByte = 1;
    private const long FirstSlotByte = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly MappedMemory _memory;

    private SideLease(MappedMemory memory, QueueView<MappedWords> queue, SideView<MappedWords> side, OwnerToken me)
    {
        _memory = memory;
        Queue = queue;
        Side = side;
        Me = me;
    }

    /// <summary>The queue in the layout that was found or made.</summary>
    public QueueView<MappedWords> Queue { get; }

    /// <summary>The side region.</summary>
    public SideView<MappedWords> Side { get; }

    /// <summary>This owner.</summary>
    public OwnerToken Me { get; }

    /// <summary>The side file's window, for futexes.</summary>
    public MappedWindow Window => _memory.Window;

    /// <summary>Joins a region: makes the queue where the page is blank, the side region where nobody holds it.</summary>
    /// <param name="region">The legacy bytes.</param>
    /// <param name="layout">The layout wanted.</param>
    /// <param name="kind">What the owner will do.</param>
    /// <exception cref="RegionException">The page has another layout or none, or there is no room.</exception>
    public static SideLease Join(ZoneRegion region, QueueLayout layout, OwnerKind kind)
    {
        MappedWords page = new(region.Queue);
        QueueLayout guess = QueueFormat.Detect(page) ?? (layout == QueueLayout.Auto ? QueueLayout.V2 : layout);
        SideGeometry geometry = new(QueueView<MappedWords>.CapacityOf(page.Length, guess), region.Payload.Length);
        MappedMemory memory;
        try
        {
            memory = MappedMemory.OpenFile(region.SidePath, geometry.Length);
        }
        catch (IOException failure)
        {
            throw new RegionException($"the side region cannot be opened: {failure.Message}", failure);
        }
        try
        {
            TakeJoinByte(memory);
            try
            {
                return Join(memory, page, geometry, layout, kind, region.IsStrict);
            }
            finally
            {
                RangeLock.Release(memory, JoinByte);
            }
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool IsAlive(int slot) => slot == Me.Slot || RangeLock.IsHeldByOther(_memory, FirstSlotByte + slot);

    /// <summary>True while any process holds an owner slot.</summary>
    public static bool IsHeld(MappedMemory memory, int slot) => RangeLock.IsHeldByOther(memory, FirstSlotByte + slot);

    /// <summary>Becomes the region's one service; false when there is one.</summary>
    public bool TryBecomeService() => RangeLock.TryTake(_memory, ServiceByte);

    /// <summary>Leaves: the slot is free for the next.</summary>
    public void Dispose()
    {
        Side.Forget(Me.Slot);
        RangeLock.ReleaseAll(_memory);
        _memory.Dispose();
    }

    private static SideLease Join(
        MappedMemory memory, MappedWords page, SideGeometry geometry, QueueLayout layout, OwnerKind kind, bool isStrict)
    {
        QueueLayout found = FindLayout(page, layout);
        QueueView<MappedWords> queue = new(page, found, isStrict);
        SideView<MappedWords> side = new(new MappedWords(memory.Window), geometry);
        bool inUse = false;
        for (int slot = 0; slot < SideGeometry.OwnerSlots; slot++)
            inUse |= RangeLock.IsHeldByOther(memory, FirstSlotByte + slot);
        if (!side.IsFor((uint)found))
        {
            if (inUse)
                throw new RegionException($"{memory.Path} is in use by living processes for another geometry or layout");
            side.Initialise((uint)found);
        }
        for (int slot = 0; slot < SideGeometry.OwnerSlots; slot++)
        {
            if (!RangeLock.TryTake(memory, FirstSlotByte + slot))
                continue;
            OwnerToken me = new(slot, (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue));
            SideLease lease = new(memory, queue, side, me);
            // Registered before the channel's lock is touched: whoever finds it held by nobody that is registered breaks it.
            // A nonce that still stands there is a dead holder's, which is how the slot's lock came to be free.
            bool left = side.Nonce(slot) != 0;
            side.Register(new OwnerInfo(slot, me.Nonce, Environment.ProcessId, kind, (ulong)DateTime.UtcNow.Ticks));
            SharedChannel<MappedWords> channel = new(queue, side, me, lease);
            if (channel.Enter(Deadline.After(1000)))
            {
                // Nobody else can tell any more that the service which had this slot is dead.
                if (side.Service == slot + 1)
                    channel.Repair.FailLost();
                _ = channel.Repair.RecoverDeadOwners(left);
                channel.Leave();
            }
            return lease;
        }
        throw new RegionException($"{memory.Path}: all {SideGeometry.OwnerSlots} owner slots are taken");
    }

    private static QueueLayout FindLayout(MappedWords page, QueueLayout wanted)
    {
        if (QueueFormat.IsBlank(page))
        {
            QueueLayout made = wanted == QueueLayout.Auto ? QueueLayout.V2 : wanted;
            QueueFormat.Initialise(new QueueView<MappedWords>(page, made));
            return made;
        }
        QueueLayout found = QueueFormat.Detect(page) ?? throw new RegionException(
            "the queue page is in no layout this program knows; if nobody uses it, penstock amp init --force makes it anew");
        if (wanted != QueueLayout.Auto && found != wanted)
            throw new RegionException($"the queue page has the layout {found}, the configuration asks for {wanted}");
        return found;
    }

    private static void TakeJoinByte(MappedMemory memory)
    {
        long start = Stopwatch.GetTimestamp();
        while (!RangeLock.TryTake(memory, JoinByte))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new RegionException($"{memory.Path}: another process has been joining for {Patience.TotalSeconds} s");
            Processor.Nap(TimeSpan.FromMilliseconds(1));
        }
    }
}
