using System;
using System.Diagnostics;
using System.IO;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Victim;

/// <summary>A process that goes one step of a request after the other, and is no more after the one that is named.</summary>
/// <remarks><code>
///   client    taken ─ locked ─ appended ─ busy ─ handed-over (under the lock) ─ submitted
///   service   journalled ─ unlinked ─ completed
/// </code></remarks>
internal static class FailPoints
{
    /// <summary>Dies as a client.</summary>
    public static void DieAsClient(ZoneChannel zone, string point)
    {
        SharedChannel<MappedWords> channel = Join(zone, OwnerKind.Client, out _);
        Check(channel.Enter(Deadline.After(5000)));
        Check(channel.TryTake(100, 100, out int index, out PayloadBlock block) == TakeStatus.Taken);
        channel.Leave();
        channel.Queue.Write(index, new Message(0, 1, block.First * (uint)channel.Side.Geometry.Unit, 100));
        DieAt("taken", point);
        Check(channel.Enter(Deadline.After(5000)));
        DieAt("locked", point);
        channel.Append(index);
        DieAt("appended", point);
        if (point == "busy")
        {
            QueueView<MappedWords> queue = channel.Queue;
            SideView<MappedWords> side = channel.Side;
            queue.Mark = QueueMark.Busy;
            side.SenderJournal = SideView<MappedWords>.Note(queue.WaitHead, single: false);
            DieAt("busy", point);
        }
        _ = channel.Kick();
        DieAt("handed-over", point);
        channel.Leave();
        DieAt("submitted", point);
    }

    /// <summary>Dies as the service, once somebody has handed a chain over.</summary>
    public static void DieAsService(ZoneChannel zone, string point)
    {
        SharedChannel<MappedWords> channel = Join(zone, OwnerKind.Service, out SideLease lease);
        Check(lease.TryBecomeService());
        SideView<MappedWords> side = channel.Side;
        side.Service = channel.Me.Slot + 1;
        Console.WriteLine("ready");
        Receiver<MappedWords> receiver = new(channel.Queue);
        CapturedMessage[] chain = new CapturedMessage[channel.Queue.Capacity];
        long start = Stopwatch.GetTimestamp();
        while (receiver.Look() != PageState.Chain)
        {
            Check(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
            Linux.Memory.Processor.Nap(TimeSpan.FromMicroseconds(100));
            if (channel.NeedsKick && channel.TryEnter())
            {
                _ = channel.Kick();
                channel.Leave();
            }
        }
        int count = receiver.Collect(chain);
        side.Journal = 1;
        LegacyXor.ApplyTable(zone.Region.Payload.Span((int)chain[0].Message.Offset, (int)chain[0].Message.Length));
        DieAt("journalled", point);
        receiver.Unlink();
        DieAt("unlinked", point);
        for (int i = 0; i < count; i++)
            receiver.Complete(chain[i], ServiceResult.Fail);
        DieAt("completed", point);
    }

    private static SharedChannel<MappedWords> Join(ZoneChannel zone, OwnerKind kind, out SideLease lease)
    {
        lease = SideLease.Join(zone.Region, QueueLayout.Auto, kind);
        return new SharedChannel<MappedWords>(lease.Queue, lease.Side, lease.Me, lease);
    }

    private static void Check(bool holds)
    {
        if (!holds)
            throw new IOException("the victim does not come to its point");
    }

    private static void DieAt(string here, string point)
    {
        if (here == point)
            Process.GetCurrentProcess().Kill();
    }
}
