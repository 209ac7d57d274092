using Penstock.Tunnel.Shards;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

public sealed class ShardGroupTests
{
    [Theory]
    [InlineData(0, 2, false)]
    [InlineData(1, 2, false)]
    [InlineData(2, 2, true)]
    [InlineData(2, 3, true)]
    [InlineData(2, 4, false)]
    [InlineData(3, 4, true)]
    [InlineData(32, 64, false)]
    [InlineData(33, 64, true)]
    [InlineData(1, 1, false)]
    [InlineData(2, 1, true)]
    public void Busy_shards_are_kept_apart_where_most_processors_have_one(int busy, int processors, bool expected) =>
        Assert.Equal(expected, ShardGroup.KeepsApart(busy, processors));
}
