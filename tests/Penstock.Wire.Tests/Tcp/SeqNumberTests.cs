using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Wire.Tests.Tcp;

public class SeqNumberTests
{
    [Theory]
    [InlineData(0u, 1u)]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(0xffff_fff0u, 0x10u)]
    [InlineData(0x7fff_ffffu, 0x8000_0000u)]
    [InlineData(0u, 0x7fff_ffffu)]
    public void Order_is_circular(uint earlier, uint later)
    {
        SeqNumber a = new(earlier), b = new(later);
        Assert.True(a < b);
        Assert.True(b > a);
        Assert.True(a <= b);
        Assert.False(b <= a);
        Assert.Equal(b, SeqNumber.Max(a, b));
        Assert.Equal(a, SeqNumber.Min(b, a));
    }

    [Fact]
    public void Differences_are_signed()
    {
        Assert.Equal(3, new SeqNumber(1) - new SeqNumber(uint.MaxValue - 1));
        Assert.Equal(-3, new SeqNumber(uint.MaxValue - 1) - new SeqNumber(1));
    }

    [Fact]
    public void Adding_wraps() => Assert.Equal(new SeqNumber(4), new SeqNumber(uint.MaxValue) + 5);

    [Theory]
    [InlineData(0xffff_fffeu, true)]
    [InlineData(1u, true)]
    [InlineData(2u, false)]
    [InlineData(0xffff_fffdu, false)]
    public void A_range_may_wrap(uint number, bool within) =>
        Assert.Equal(within, new SeqNumber(number).IsWithin(new(0xffff_fffe), 4));
}
