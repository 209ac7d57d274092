using System;
using System.Linq;
using Penstock.HyperAmp.Qos;
using Xunit;

namespace Penstock.HyperAmp.Tests.Qos;

/// <summary>The order between classes: always somebody, and in proportion.</summary>
public class DeficitRoundRobinRules
{
    [Fact]
    public void As_long_as_any_class_is_backlogged_one_is_chosen()
    {
        var random = new Random(3);
        for (int run = 0; run < 300; run++)
        {
            var order = new DeficitRoundRobin([random.Next(1, 9000), random.Next(1, 9000), random.Next(1, 9000), random.Next(1, 9000)]);
            for (int step = 0; step < 100; step++)
            {
                int[] costs = [.. Enumerable.Range(0, 4).Select(_ => random.Next(2) == 0 ? 0 : random.Next(1, 20000))];
                int chosen = order.Choose(costs);
                if (costs.All(cost => cost == 0))
                    Assert.Equal(-1, chosen);
                else
                    Assert.NotEqual(0, costs[chosen]);
            }
        }
    }

    [Fact]
    public void One_class_alone_is_served_without_end()
    {
        // With the original's credits the fifth message of weight 4, and the second of weight 1, is never served.
        for (int alone = 0; alone < 4; alone++)
        {
            var order = new DeficitRoundRobin([4, 2, 2, 1]);
            var costs = new int[4];
            costs[alone] = 1;
            for (int i = 0; i < 100; i++)
                Assert.Equal(alone, order.Choose(costs));
        }
    }

    [Fact]
    public void Equal_messages_are_served_in_proportion_to_the_weights()
    {
        var order = new DeficitRoundRobin([4, 2, 2, 1]);
        var served = new int[4];
        for (int i = 0; i < 900; i++)
            served[order.Choose([1, 1, 1, 1])]++;
        Assert.Equal([400, 200, 200, 100], served);
    }

    [Fact]
    public void Bytes_not_messages_are_shared()
    {
        var order = new DeficitRoundRobin([1000, 1000]);
        long small = 0, large = 0;
        for (int i = 0; i < 10000; i++)
        {
            if (order.Choose([100, 5000]) == 0)
                small += 100;
            else
                large += 5000;
        }
        Assert.InRange((double)small / large, 0.97, 1.03);
    }

    [Fact]
    public void A_class_that_was_idle_has_no_credit_saved_up()
    {
        var order = new DeficitRoundRobin([10, 10]);
        for (int i = 0; i < 50; i++)
            order.Choose([1, 0]);
        int first = 0;
        for (int i = 0; i < 40; i++)
            first += order.Choose([1, 1]) == 0 ? 1 : 0;
        Assert.InRange(first, 10, 30);
    }
}
