using System;
using Penstock.Stack.Buffers;
using Xunit;

namespace Penstock.Stack.Tests.Buffers;

/// <summary>Small pieces leave large blocks, above all when memory is short.</summary>
public sealed class ShrinkTests
{
    private readonly MemoryBudget _budget = new(BufferPool.Largest);
    private readonly BufferPool _pool;

    public ShrinkTests() => _pool = new BufferPool(new HeapMemory(), _budget);

    [Fact]
    public void A_small_piece_gives_a_large_block_back_although_the_budget_is_spent()
    {
        Lease piece = Piece(1000);
        Assert.True(_budget.IsSpent);
        piece = _pool.Shrink(piece);
        Assert.Equal((1000, 2048, 2048L, 1), (piece.Length, piece.Pinned, _budget.Used, _pool.InUse));
        Assert.Equal(-1, piece.Span.IndexOfAnyExcept((byte)7));
        piece.Release();
        Assert.Equal((0L, 0), (_budget.Used, _pool.InUse));
    }

    [Fact]
    public void A_block_that_others_hold_is_left_only_within_the_budget()
    {
        Lease piece = Piece(1000), other = piece.Share();
        Assert.Equal(BufferPool.Largest, _pool.Shrink(piece).Pinned);
        other.Release();
        piece = _pool.Shrink(piece);
        Assert.Equal(2048, piece.Pinned);
        piece.Release();
        Assert.Equal((0L, 0), (_budget.Used, _pool.InUse));
    }

    [Theory]
    [InlineData(1, 512)]
    [InlineData(8192, 8192)]
    [InlineData(8193, BufferPool.Largest)]
    [InlineData(60_000, BufferPool.Largest)]
    public void A_piece_moves_where_it_saves_three_quarters(int length, int pinned)
    {
        Lease piece = _pool.Shrink(Piece(length));
        Assert.Equal((length, pinned), (piece.Length, piece.Pinned));
        Assert.Equal(pinned, _pool.Shrink(piece).Pinned);
        piece.Release();
        Assert.Equal((0L, 0), (_budget.Used, _pool.InUse));
    }

    private Lease Piece(int length)
    {
        Lease piece = _pool.RentAlways(BufferPool.Largest).Slice(100, length);
        piece.Span.Fill(7);
        return piece;
    }
}
