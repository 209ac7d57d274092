using System;
using System.Collections.Generic;
using FsCheck;
using FsCheck.Fluent;
using Penstock.HyperAmp.Allocation;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Tests.Regions;
using Xunit;

namespace Penstock.HyperAmp.Tests.Allocation;

/// <summary>The allocator against a model: a list of runs that never overlap.</summary>
public sealed class PayloadAllocatorTests
{
    [Fact]
    public void Runs_never_overlap_and_everything_comes_back() => Check.QuickThrowOnFailure(Prop.ForAll<int[]>(Behaves));

    [Theory]
    [InlineData(4096)]
    [InlineData(0x400000)]
    [InlineData(5_000_000)]
    [InlineData(64 << 20)]
    public void The_whole_area_can_be_one_run(int length)
    {
        PayloadAllocator<ArrayWords> allocator = New(length, out SideGeometry geometry);
        Assert.True(allocator.TryAllocate(geometry.Units, out PayloadBlock all));
        Assert.Equal(new PayloadBlock(0, (uint)geometry.Units), all);
        Assert.False(allocator.TryAllocate(1, out _));
        allocator.Free(all);
        Assert.Equal(0, allocator.CountUsed());
    }

    [Fact]
    public void A_run_outside_the_area_frees_nothing()
    {
        PayloadAllocator<ArrayWords> allocator = New(4096, out _);
        Assert.True(allocator.TryAllocate(64, out _));
        allocator.Free(new PayloadBlock(60, 8));
        allocator.Free(new PayloadBlock(uint.MaxValue, 2));
        Assert.Equal(64, allocator.CountUsed());
    }

    private static bool Behaves(int[] steps)
    {
        PayloadAllocator<ArrayWords> allocator = New(16384, out SideGeometry geometry);
        List<PayloadBlock> held = [];
        bool[] taken = new bool[geometry.Units];
        foreach (int step in steps)
        {
            if (step % 3 == 0 && held.Count > 0)
            {
                PayloadBlock block = held[(int)((uint)step % (uint)held.Count)];
                held.Remove(block);
                allocator.Free(block);
                taken.AsSpan((int)block.First, (int)block.Units).Clear();
                continue;
            }
            int units = 1 + (int)((uint)step % 70);
            bool possible = Longest(taken) >= units;
            if (allocator.TryAllocate(units, out PayloadBlock fresh) != possible)
                return false;
            if (!possible)
                continue;
            Span<bool> run = taken.AsSpan((int)fresh.First, (int)fresh.Units);
            if (run.Contains(true) || fresh.Units != units)
                return false;
            run.Fill(true);
            held.Add(fresh);
        }
        if (allocator.CountUsed() != taken.AsSpan().Count(true))
            return false;
        foreach (PayloadBlock block in held)
            allocator.Free(block);
        return allocator.CountUsed() == 0;
    }

    private static int Longest(bool[] taken)
    {
        int longest = 0, run = 0;
        foreach (bool one in taken)
        {
            run = one ? 0 : run + 1;
            longest = Math.Max(longest, run);
        }
        return longest;
    }

    private static PayloadAllocator<ArrayWords> New(int length, out SideGeometry geometry)
    {
        geometry = new SideGeometry(255, length);
        SideView<ArrayWords> side = new(new ArrayWords(new byte[geometry.Length]), geometry);
        side.Initialise(2);
        return new PayloadAllocator<ArrayWords>(side);
    }
}
