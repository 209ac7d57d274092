using System;
using System.Threading;
using Penstock.HyperAmp.Ring;
using Penstock.Linux.Memory;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>A thread that rewrites pages, blocks and the bulk window at random while client and backend run.</summary>
public class RingWithHostilePeer
{
    private const int Guard = 1 << 16;

    [Theory]
    [InlineData(1, false, RingLocking.SingleRole)]
    [InlineData(2, true, RingLocking.SingleRole)]
    [InlineData(3, false, RingLocking.Interlocked)]
    [InlineData(4, true, RingLocking.Interlocked)]
    public void Nobody_crashes_or_hangs_nothing_outside_changes_and_after_a_new_creation_all_is_well(int seed, bool separate, RingLocking locking)
    {
        var options = new RingOptions { SeparateData = separate, Locking = locking, LockLease = TimeSpan.FromMilliseconds(5) };
        using var memory = MappedMemory.CreateAnonymous("penstock-ring-hostile", ChannelLayout.SingleRegion + 2 * Guard);
        var region = new RingMemory(memory.Window.Slice(Guard, ChannelLayout.SingleRegion));
        memory.Window.Span(0, Guard).Fill(0xA5);
        memory.Window.Span(Guard + ChannelLayout.SingleRegion, Guard).Fill(0xA5);
        RingChannel server = RingChannel.Create(region, ChannelLayout.Single, RingSide.Remote, options);
        Assert.Equal(RingResult.Ok, RingChannel.TryAttach(region, ChannelLayout.Single, RingSide.Linux, options, out RingChannel? channel));
        var counts = new int[Enum.GetValues<RingResult>().Length];
        using (var stop = new CancellationTokenSource())
        using (var backend = new BackendThread(server, new() { ReplyTimeout = TimeSpan.FromMilliseconds(5) }))
        using (var client = new RingClient(channel!))
        {
            var scribbler = new Thread(() => Scribble(region, new Random(seed), stop.Token));
            scribbler.Start();
            var answer = new byte[4096];
            TimeSpan briefly = TimeSpan.FromMilliseconds(3);
            for (int i = 0; i < 300; i++)
            {
                counts[(int)client.Call((ushort)(i % 3), new byte[i], answer, out int _, briefly)]++;
                counts[(int)client.Transfer((uint)(i % 9), new byte[i * 10], answer, out int _, out int _, briefly)]++;
                client.ReleaseQuarantine();
            }
            stop.Cancel();
            Assert.True(scribbler.Join(Region.Patience));
        }
        Assert.Equal(600, System.Linq.Enumerable.Sum(counts));
        Assert.Equal(-1, memory.Window.Span(0, Guard).IndexOfAnyExcept((byte)0xA5));
        Assert.Equal(-1, memory.Window.Span(Guard + ChannelLayout.SingleRegion, Guard).IndexOfAnyExcept((byte)0xA5));
        server.Dispose();
        channel!.Dispose();

        using RingChannel newServer = RingChannel.Create(region, ChannelLayout.Single, RingSide.Remote, options);
        Assert.Equal(RingResult.Ok, RingChannel.TryAttach(region, ChannelLayout.Single, RingSide.Linux, options, out RingChannel? newChannel));
        using (newChannel)
        using (new BackendThread(newServer))
        using (var client = new RingClient(newChannel!))
            Assert.Equal(RingResult.Ok, client.Call(1, "x"u8, new byte[8], out _, Region.Patience));
    }

    private static void Scribble(RingMemory region, Random random, CancellationToken stop)
    {
        int[] tender = [0, 2, 4, 6, 8, 10, 4036, 4044];
        while (!stop.IsCancellationRequested)
        {
            int page = random.Next(2) * 4096;
            switch (random.Next(4))
            {
                case 0:
                    region.Window.WriteUInt16(page + tender[random.Next(tender.Length)], (ushort)random.Next(0x10000));
                    break;
                case 1:
                    // Plausible indices with the right capacity, so that the ends walk into rubbish.
                    region.Window.WriteUInt64(page, (ulong)random.Next(127) << 16 | (ulong)random.Next(127) << 32 | (random.Next(2) == 0 ? 256ul : 127ul) << 48);
                    break;
                case 2:
                    int block = 0x2000 + random.Next(1024) * 4096;
                    region.Window.WriteUInt64(block, 1 | (ulong)random.Next(0x30) << 8 | (ulong)random.NextInt64() << 16);
                    break;
                default:
                    int at = 0x2000 + random.Next(0x400000 - 64);
                    random.NextBytes(region.Window.Span(at, 64));
                    break;
            }
        }
    }
}
