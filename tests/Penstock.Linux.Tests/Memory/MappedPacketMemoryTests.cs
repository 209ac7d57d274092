using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Penstock.Linux.Memory;
using Xunit;

namespace Penstock.Linux.Tests.Memory;

public sealed class MappedPacketMemoryTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(2048)]
    [InlineData(8192)]
    [InlineData(32768)]
    [InlineData(17 * 4096)]
    [InlineData(1000)]
    public void BlocksDoNotOverlap(int size)
    {
        var memory = new MappedPacketMemory();
        var blocks = new List<Memory<byte>>();
        for (int i = 0; i < 5000; i++)
        {
            blocks.Add(memory.Allocate(size));
            BitConverter.TryWriteBytes(blocks[i].Span, i);
            BitConverter.TryWriteBytes(blocks[i].Span[^4..], i);
        }
        for (int i = 0; i < blocks.Count; i++)
        {
            Assert.Equal(size, blocks[i].Length);
            Assert.Equal(i, BitConverter.ToInt32(blocks[i].Span));
            Assert.Equal(i, BitConverter.ToInt32(blocks[i].Span[^4..]));
        }
        blocks.ForEach(memory.Free);
        Assert.Equal(0, memory.MappedBytes);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(17 * 4096)]
    public void PagesGoBackWhileTheRegionIsStillUsed(int size)
    {
        var memory = new MappedPacketMemory();
        var blocks = new List<Memory<byte>>();
        for (long mapped = 0; mapped < 64 << 20; mapped += size)
        {
            blocks.Add(memory.Allocate(size));
            blocks[^1].Span.Fill(1);
        }
        long full = ResidentBytes();

        // One block in every two megabytes stays: no region is empty, nearly every page is.
        int stays = Math.Max(1, (2 << 20) / size);
        for (int i = 0; i < blocks.Count; i++)
        {
            if (i % stays != 0)
                memory.Free(blocks[i]);
        }
        long after = ResidentBytes();
        Assert.True(memory.MappedBytes >= 60 << 20, $"{memory.MappedBytes} bytes mapped");
        Assert.True(full - after > 50 << 20, $"{full} bytes resident before, {after} after");
        for (int i = 0; i < blocks.Count; i += stays)
            Assert.Equal(1, blocks[i].Span[size - 1]);
    }

    [Fact]
    public void RandomUseKeepsEveryBlocksContents()
    {
        var random = new Random(1);
        var memory = new MappedPacketMemory();
        var live = new List<(Memory<byte> Block, byte Value)>();
        for (int step = 0; step < 50_000; step++)
        {
            if (live.Count == 0 || random.Next(100) < 52)
            {
                byte value = (byte)random.Next(256);
                Memory<byte> block = memory.Allocate(random.Next(4) switch { 0 => 512, 1 => 2048, 2 => 4000, _ => 17 * 4096 });
                block.Span[..64].Fill(value);
                block.Span[^64..].Fill(value);
                live.Add((block, value));
            }
            else
            {
                int i = random.Next(live.Count);
                (Memory<byte> block, byte value) = live[i];
                Assert.Equal(-1, block.Span[..64].IndexOfAnyExcept(value));
                Assert.Equal(-1, block.Span[^64..].IndexOfAnyExcept(value));
                memory.Free(block);
                live[i] = live[^1];
                live.RemoveAt(live.Count - 1);
            }
        }
        live.ForEach(one => memory.Free(one.Block));
        Assert.Equal(0, memory.MappedBytes);
    }

    [Fact]
    public void FreeingTwiceIsRefused()
    {
        var memory = new MappedPacketMemory();
        Memory<byte> keep = memory.Allocate(512);
        Memory<byte> block = memory.Allocate(512);
        memory.Free(block);
        Assert.Throws<ArgumentException>(() => memory.Free(block));
        Assert.Throws<ArgumentException>(() => memory.Free(new byte[512]));
        Assert.Throws<ArgumentException>(() => new MappedPacketMemory().Free(keep));
        memory.Free(keep);
    }

    [Fact]
    public void ManyThreadsShareIt()
    {
        var memory = new MappedPacketMemory();
        Parallel.For(0, 8, worker =>
        {
            for (int round = 0; round < 200; round++)
            {
                var mine = new List<Memory<byte>>();
                for (int i = 0; i < 50; i++)
                {
                    mine.Add(memory.Allocate(2048));
                    mine[i].Span.Fill((byte)worker);
                }
                foreach (Memory<byte> block in mine)
                {
                    Assert.Equal(-1, block.Span.IndexOfAnyExcept((byte)worker));
                    memory.Free(block);
                }
            }
        });
        Assert.Equal(0, memory.MappedBytes);
    }

    private static long ResidentBytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;

    [Theory]
    [InlineData(512, 64)]
    [InlineData(69632, 45)]
    public void WhatTwoHavePreparedIsTakenWithoutTheCollectorsHeap(int size, int count)
    {
        using var memory = new MappedPacketMemory();
        Memory<byte>[] taken = new Memory<byte>[2 * count];
        memory.Free(memory.Allocate(size));
        memory.Prepare(size, count);
        memory.Prepare(size, count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < taken.Length; i++)
            taken[i] = memory.Allocate(size);
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(0, after - before);
        foreach (Memory<byte> block in taken)
            memory.Free(block);
    }
}
