using System;
using System.Diagnostics;
using Penstock.HyperAmp.Ring;
using Penstock.HyperAmp.Tests.Crash;
using Penstock.Linux.Memory;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>A process that rewrites pages, blocks and the bulk window at random while client and backend run.</summary>
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
        using (Process scribbler = VictimProcess.Start("scribble-ring", memory.Path, $"{Guard}", $"{seed}"))
        using (var backend = new BackendThread(server, new() { ReplyTimeout = TimeSpan.FromMilliseconds(5) }))
        using (var client = new RingClient(channel!))
        {
            var answer = new byte[4096];
            TimeSpan briefly = TimeSpan.FromMilliseconds(3);
            for (int i = 0; i < 300; i++)
            {
                counts[(int)client.Call((ushort)(i % 3), new byte[i], answer, out int _, briefly)]++;
                counts[(int)client.Transfer((uint)(i % 9), new byte[i * 10], answer, out int _, out int _, briefly)]++;
                client.ReleaseQuarantine();
            }
            VictimProcess.Finish(scribbler);
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
}
