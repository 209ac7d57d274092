using Penstock.Stack.Buffers;
using Xunit;

namespace Penstock.Stack.Tests.Buffers;

/// <summary>Leases that reach in front of what was read, for other headers.</summary>
public sealed class LeaseHeadTests
{
    private readonly BufferPool _pool = new(new HeapMemory(), new MemoryBudget(1 << 20));

    [Fact]
    public void The_head_lies_in_front_of_the_range_and_is_a_claim_of_its_own()
    {
        Assert.True(_pool.TryRent(100, out Lease packet));
        Lease payload = packet.Slice(28, 72);
        payload.Span.Fill(7);
        Assert.True(payload.TryShareWithHead(10, out Lease message));
        Assert.Equal((18, 82), (message.Offset, message.Length));
        message.Span[..10].Fill(9);
        Assert.Equal([9, 7], packet.Span.Slice(27, 2).ToArray());
        packet.Release();
        Assert.Equal(1, _pool.InUse);
        message.Release();
        Assert.Equal(0, _pool.InUse);
    }

    [Fact]
    public void Nobody_writes_over_what_another_holds()
    {
        Assert.True(_pool.TryRent(100, out Lease packet));
        Lease other = packet.Share(0, 28);
        Assert.False(packet.Slice(28, 72).TryShareWithHead(10, out Lease message));
        Assert.False(message.IsHeld);
        other.Release();
        Assert.True(packet.Slice(28, 72).TryShareWithHead(28, out message));
        message.Release();
        packet.Release();
        Assert.Equal(0, _pool.InUse);
    }

    [Fact]
    public void Nobody_reaches_in_front_of_the_block()
    {
        Assert.True(_pool.TryRent(100, out Lease packet));
        Assert.False(packet.Slice(28, 72).TryShareWithHead(29, out _));
        Assert.False(default(Lease).TryShareWithHead(0, out _));
        packet.Release();
        Assert.Equal(0, _pool.InUse);
    }
}
