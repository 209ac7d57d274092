using System;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Udp;
using Xunit;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>What lies where it was read counts with its length in its turn, and with what it pins after it.</summary>
public sealed class DatagramQueueTests
{
    private const int Length = 1000;

    [Fact]
    public void What_stays_gets_memory_of_its_own_size()
    {
        using var memory = new NativePacketMemory();
        var pool = new BufferPool(memory, new MemoryBudget(1 << 20));
        DatagramQueue queue = default;
        for (byte i = 0; i < 3; i++)
            queue.Enqueue(Read(pool, i));
        Assert.Equal((3, 3 * Length), (queue.Count, queue.Pinned));
        queue.Drop(1);
        queue.Settle(pool);
        Assert.Equal((2, 2 * 2048), (queue.Count, queue.Pinned));
        for (byte i = 0; i < 2; i++)
        {
            Assert.Equal((false, 2048), (queue[i].IsWhereRead, queue[i].Message.Pinned));
            Assert.Equal(-1, queue[i].Message.Span.IndexOfAnyExcept((byte)(i + 1)));
        }
        Assert.Equal(2, pool.InUse);
        queue.Settle(pool);
        Assert.Equal(2, pool.InUse);
        queue.Clear();
        Assert.Equal((0, 0), (queue.Pinned, pool.InUse));
    }

    [Fact]
    public void What_spends_the_budget_by_lying_where_it_was_read_is_moved_all_the_same()
    {
        using var memory = new NativePacketMemory();
        var budget = new MemoryBudget(1 << 20);
        var pool = new BufferPool(memory, budget);
        DatagramQueue queue = default;
        for (byte i = 0; i < 64; i++)
            queue.Enqueue(Read(pool, i));
        Assert.True(budget.IsSpent);
        queue.Settle(pool);
        Assert.Equal((64, 64 * 2048), (queue.Count, queue.Pinned));
        Assert.Equal(64 * 2048, budget.Used);
        queue.Clear();
        Assert.Equal((0, 0, 0L), (queue.Pinned, pool.InUse, budget.Used));
    }

    [Fact]
    public void What_fills_its_buffer_stays_and_counts_for_all_of_it()
    {
        using var memory = new NativePacketMemory();
        var pool = new BufferPool(memory, new MemoryBudget(1 << 20));
        DatagramQueue queue = default;
        queue.Enqueue(Read(pool, 5, 60_000));
        Assert.Equal(60_000, queue.Pinned);
        queue.Settle(pool);
        Assert.Equal((BufferPool.Largest, false), (queue.Pinned, queue[0].IsWhereRead));
        Assert.Equal(-1, queue[0].Message.Span.IndexOfAnyExcept((byte)5));
        queue.Drop(1);
        Assert.Equal((0, 0, 0), (queue.Count, queue.Pinned, pool.InUse));
    }

    private static QueuedDatagram Read(BufferPool pool, byte fill, int length = Length)
    {
        Lease message = pool.RentAlways(BufferPool.Largest).Slice(100, length);
        message.Span.Fill(fill);
        return new QueuedDatagram(message, 10, default, IsWhereRead: true);
    }
}
