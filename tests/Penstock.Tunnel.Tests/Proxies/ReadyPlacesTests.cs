using System.Linq;
using Penstock.Tunnel.Proxies;
using Xunit;

namespace Penstock.Tunnel.Tests.Proxies;

public sealed class ReadyPlacesTests
{
    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(3, 2, 2)]
    [InlineData(4, 2, 2)]
    [InlineData(4, 1, 4)]
    [InlineData(4, 3, 2)]
    [InlineData(4, 16, 1)]
    public void A_shard_takes_its_part_and_leaves_the_rest_to_the_others(int bound, int shards, int part)
    {
        ReadyPlaces places = new(bound, shards);
        Assert.Equal(part, Enumerable.Range(0, 10).Count(_ => places.TryTake(0)));
        Assert.Equal(part, places.Taken);
        places.GiveBack(0);
        Assert.Equal(part - 1, places.Taken);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(1, 2)]
    [InlineData(4, 16)]
    [InlineData(5, 3)]
    public void All_together_use_the_bound_and_no_more(int bound, int shards)
    {
        ReadyPlaces places = new(bound, shards);
        int taken = Enumerable.Range(0, shards).Sum(shard => Enumerable.Range(0, bound + 1).Count(_ => places.TryTake(shard)));
        Assert.Equal((bound, bound), (taken, places.Taken));
    }

    [Fact]
    public void A_bound_of_none_has_no_place() => Assert.False(new ReadyPlaces(0, 2).TryTake(0));

    [Theory]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    [InlineData(7, 3)]
    public void No_order_of_coming_leaves_a_shard_without(int bound, int shards)
    {
        for (int last = 0; last < shards; last++)
        {
            ReadyPlaces places = new(bound, shards);
            foreach (int shard in Enumerable.Range(0, shards).Where(shard => shard != last))
            {
                while (places.TryTake(shard))
                {
                }
            }
            Assert.True(places.TryTake(last));
        }
    }

    [Fact]
    public void A_place_that_was_given_back_is_anybodys_where_there_are_fewer_than_shards()
    {
        ReadyPlaces places = new(1, 2);
        Assert.True(places.TryTake(0));
        Assert.False(places.TryTake(1));
        places.GiveBack(0);
        Assert.True(places.TryTake(1));
        Assert.False(places.TryTake(0));
    }
}
