using System;
using System.Collections.Generic;
using Penstock.Stack.Buffers;
using Xunit;

namespace Penstock.Stack.Tests.Buffers;

/// <summary>Buffers that go one way, from the shard that reads to the shard that owns the flow.</summary>
public sealed class HandOverTests
{
    private readonly CountingMemory _memory = new();
    private readonly MemoryBudget _budget = new(64 << 20);
    private readonly BufferExchange _exchange = new();

    private sealed class CountingMemory : PacketMemory
    {
        public int Taken { get; private set; }

        public int Held { get; private set; }

        public override Memory<byte> Allocate(int size)
        {
            Taken++;
            Held++;
            return new byte[size];
        }

        public override void Free(Memory<byte> memory) => Held--;
    }

    [Theory]
    [InlineData(60)]
    [InlineData(1500)]
    [InlineData(60_000)]
    public void What_is_handed_over_comes_back_without_end(int size)
    {
        var reader = new BufferPool(_memory, _budget, _exchange);
        var owner = new BufferPool(_memory, _budget, _exchange);
        for (int round = 0; round < 1000; round++)
        {
            for (int i = 0; i < 40; i++)
                HandOver(reader, owner, size).Release();
        }
        Assert.InRange(_memory.Taken, 1, 100);
        Assert.Equal((0, 0, 0L), (reader.InUse, owner.InUse, _budget.Used));
    }

    [Fact]
    public void Bursts_come_back_as_well()
    {
        var reader = new BufferPool(_memory, _budget, _exchange);
        var owner = new BufferPool(_memory, _budget, _exchange);
        var held = new List<Lease>();
        for (int round = 0; round < 200; round++)
        {
            for (int i = 0; i < 900; i++)
                held.Add(HandOver(reader, owner, 1500));
            held.ForEach(lease => lease.Release());
            held.Clear();
        }
        Assert.InRange(_memory.Taken, 900, 2000);
    }

    [Fact]
    public void Contents_stay_apart_while_buffers_go_round()
    {
        var random = new Random(3);
        var pools = new BufferPool[3];
        for (int i = 0; i < pools.Length; i++)
            pools[i] = new BufferPool(_memory, _budget, _exchange);
        var held = new List<(Lease Lease, byte Value)>();
        for (int step = 0; step < 50_000; step++)
        {
            if (held.Count > random.Next(400))
            {
                int at = random.Next(held.Count);
                (Lease lease, byte value) = held[at];
                Assert.Equal(-1, lease.Span.IndexOfAnyExcept(value));
                lease.Release();
                held[at] = held[^1];
                held.RemoveAt(held.Count - 1);
                continue;
            }
            Lease next = HandOver(pools[random.Next(3)], pools[random.Next(3)], random.Next(2) == 0 ? 100 : 1400);
            byte mark = (byte)random.Next(256);
            next.Span.Fill(mark);
            held.Add((next, mark));
        }
        foreach ((Lease lease, byte value) in held)
        {
            Assert.Equal(-1, lease.Span.IndexOfAnyExcept(value));
            lease.Release();
        }
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void Idle_buffers_go_back_to_the_system_from_wherever_they_lie()
    {
        var reader = new BufferPool(_memory, _budget, _exchange);
        var owner = new BufferPool(_memory, _budget, _exchange);
        var held = new List<Lease>();
        for (int i = 0; i < 500; i++)
            held.Add(HandOver(reader, owner, 1500));
        held.ForEach(lease => lease.Release());
        for (int i = 0; i < 100; i++)
        {
            reader.Trim();
            owner.Trim();
        }
        Assert.Equal((0, 0L, 0L), (_memory.Held, reader.FreeBytes, owner.FreeBytes));
    }

    private static Lease HandOver(BufferPool from, BufferPool to, int size)
    {
        Assert.True(from.TryRent(size, out Lease lease));
        from.Disown();
        to.Adopt(lease);
        return lease;
    }
}
