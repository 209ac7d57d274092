using System;
using System.IO;
using System.Linq;
using System.Threading;
using Penstock.HyperAmp.Ring;
using Penstock.Linux.Memory;
using Penstock.Tests;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>Two processes on one file: ours, and a C program written from the byte layout alone.</summary>
public sealed class RingWithCPeer : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"penstock-ring-{Guid.NewGuid():N}");
    private readonly MappedMemory _memory;

    public RingWithCPeer() => _memory = MappedMemory.OpenFile(_path, ChannelLayout.SingleRegion);

    private RingMemory Region => new(_memory.Window);

    public void Dispose()
    {
        _memory.Dispose();
        File.Delete(_path);
    }

    private RingChannel Create(RingSide side, RingOptions? options = null) =>
        RingChannel.Create(Region, ChannelLayout.Single, side, options ?? new());

    private RingChannel Attach(RingOptions? options = null)
    {
        Assert.Equal(RingResult.Ok, RingChannel.TryAttach(Region, ChannelLayout.Single, RingSide.Linux, options ?? new(), out RingChannel? channel));
        return channel!;
    }

    [NeedsTheory(Needs.Gcc)]
    [InlineData("naive", RingLocking.SingleRole)]
    [InlineData("cas", RingLocking.Interlocked)]
    public void Our_client_calls_the_C_server_on_pages_that_C_created(string theirs, RingLocking ours)
    {
        const int Calls = 800, Bulks = 5;
        RingPeer.Run(_path, "create");
        using RingChannel channel = Attach(new() { Locking = ours, LockLease = TimeSpan.FromSeconds(20) });
        using var client = new RingClient(channel);
        using RingPeer server = RingPeer.Start(_path, "serve", Calls + Bulks, theirs);
        var answer = new byte[4096];
        for (int i = 0; i < Calls; i++)
        {
            byte[] text = [.. Enumerable.Range(i, 1 + i % 300).Select(k => (byte)k)];
            Assert.Equal(RingResult.Ok, client.Call(1, text, answer, out int length, TimeSpan.FromSeconds(60)));
            Assert.Equal(text.Select(b => (byte)(b ^ 0x5A)), answer[..length]);
        }
        var data = new byte[2 << 20];
        new Random(9).NextBytes(data);
        var result = new byte[data.Length];
        for (uint i = 0; i < Bulks; i++)
        {
            // The window's first block also belongs to the rings at some positions of the indices; a block less always fits.
            Assert.Equal(RingResult.Ok, client.Transfer(i % 2, data.AsSpan(4096), result, out int length, out int status, TimeSpan.FromSeconds(60)));
            Assert.Equal((data.Length - 4096, 1), (length, status));
            Assert.Equal(i % 2 == 0 ? data[5000] : (byte)(data[5000] ^ 0x5A), result[5000 - 4096]);
        }
        server.AssertSucceeds();
        Assert.Equal(0, client.UnmatchedMessages);
    }

    [NeedsTheory(Needs.Gcc)]
    [InlineData("naive", RingLocking.SingleRole)]
    [InlineData("cas", RingLocking.Interlocked)]
    public void The_C_client_calls_our_backend_on_pages_that_we_created(string theirs, RingLocking ours)
    {
        using RingChannel channel = Create(RingSide.Remote, new() { Locking = ours, LockLease = TimeSpan.FromSeconds(20) });
        using var backend = new BackendThread(channel);
        RingPeer.Run(_path, "call", 1200, theirs);
        Assert.Equal((1200, 1200), (backend.Backend.Counters.Services, backend.Backend.Counters.Replies));
    }

    [NeedsFact(Needs.Gcc)]
    public void C_producers_that_lock_by_compare_exchange_share_a_ring_with_ours()
    {
        const int Each = 3000;
        var options = new RingOptions { Locking = RingLocking.Interlocked, LockLease = TimeSpan.FromSeconds(20) };
        using RingChannel producer = Create(RingSide.Remote, options);
        using RingChannel consumer = Attach(options);
        using RingPeer first = RingPeer.Start(_path, "produce", Each, "cas");
        using RingPeer second = RingPeer.Start(_path, "produce", Each, "cas");
        using var watchdog = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        int mine = 0, received = 0;
        var seen = new int[Each];
        var payload = new byte[4096];
        while (received < 3 * Each && !watchdog.IsCancellationRequested)
        {
            if (mine < Each && producer.Sender.TrySend(new(MessageType.Data, 0, 0), BitConverter.GetBytes(mine)) == RingResult.Ok)
                mine++;
            if (consumer.Receiver.TryReceive(out _, payload) == RingResult.Ok)
            {
                seen[BitConverter.ToInt32(payload)]++;
                received++;
            }
            else
                Thread.Yield();
        }
        Assert.All(seen, count => Assert.Equal(3, count));
        first.AssertSucceeds();
        second.AssertSucceeds();
        RingStatus status = consumer.Receiver.ReadStatus();
        Assert.Equal((3u * Each, 3u * Each), (status.Enqueued, status.Dequeued));
    }

    [NeedsFact(Needs.Gcc)]
    public void A_C_process_that_dies_with_the_lock_costs_a_lease_and_no_more()
    {
        var options = new RingOptions { Locking = RingLocking.Interlocked, LockLease = TimeSpan.FromMilliseconds(100) };
        using RingChannel channel = Create(RingSide.Linux, options);
        RingPeer.Run(_path, "die-locked");
        Assert.Equal(1u, channel.Sender.ReadStatus().LockValue);
        Assert.Equal(RingResult.Ok, channel.Sender.TrySend(new(MessageType.Data, 1, 1), "x"u8));
        Assert.Equal(0u, channel.Sender.ReadStatus().LockValue);
    }
}
