using System;
using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Time;
using Xunit;

namespace Penstock.Stack.Tests.Time;

public class TimerWheelTests
{
    private sealed class Node(Action<Node, long> due) : TimerNode
    {
        public long FiredAt { get; private set; } = -1;

        protected override void OnDue(long now)
        {
            FiredAt = now;
            due(this, now);
        }
    }

    private static Node Plain() => new((_, _) => { });

    [Fact]
    public void An_empty_wheel_never_wants_to_be_woken()
    {
        Assert.Equal(long.MaxValue, new TimerWheel().NextDeadline);
        Assert.Equal(0, new TimerWheel(5).Advance(1_000_000));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(70_000)]
    [InlineData(5_000_000)]
    [InlineData(300_000_000)]
    [InlineData(40_000_000_000)]
    public void A_node_fires_at_its_deadline_and_not_a_microsecond_before(long after)
    {
        long start = 123_456_789;
        var wheel = new TimerWheel(start);
        Node node = Plain();
        wheel.Arm(node, start + after);
        Assert.Equal(start + after, wheel.NextDeadline);
        Assert.Equal(0, wheel.Advance(start + after - 1));
        Assert.Equal(start + after, wheel.NextDeadline);
        Assert.Equal(1, wheel.Advance(start + after));
        Assert.False(node.IsArmed);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Ten_thousand_far_nodes_cause_no_wake_before_the_first_of_them()
    {
        var wheel = new TimerWheel();
        var random = new Random(1);
        Node[] nodes = [.. Enumerable.Range(0, 10_000).Select(_ => Plain())];
        foreach (Node node in nodes)
            wheel.Arm(node, 300_000_000 + random.Next(1_000_000));
        long first = nodes.Min(n => n.Deadline);
        Assert.Equal(first, wheel.NextDeadline);
        for (long now = 0; now < 290_000_000; now += 7_777_777)
        {
            Assert.Equal(0, wheel.Advance(now));
            Assert.Equal(first, wheel.NextDeadline);
        }
    }

    [Fact]
    public void Disarming_the_earliest_shows_the_next()
    {
        var wheel = new TimerWheel();
        Node a = Plain(), b = Plain(), c = Plain();
        wheel.Arm(a, 10_000_000);
        wheel.Arm(b, 10_000_001);
        wheel.Arm(c, 900_000_000);
        wheel.Disarm(a);
        Assert.Equal(10_000_001, wheel.NextDeadline);
        wheel.Disarm(b);
        Assert.Equal(900_000_000, wheel.NextDeadline);
        wheel.Disarm(b);
        Assert.Equal(1, wheel.Count);
    }

    [Fact]
    public void Arming_again_moves_a_node()
    {
        var wheel = new TimerWheel();
        Node node = Plain();
        wheel.Arm(node, 1_000);
        wheel.Arm(node, 50_000_000);
        Assert.Equal(50_000_000, wheel.NextDeadline);
        Assert.Equal(0, wheel.Advance(49_999_999));
        wheel.Arm(node, 49_999_999 + 5);
        Assert.Equal(1, wheel.Advance(50_000_004));
    }

    [Fact]
    public void A_node_that_arms_itself_for_the_past_fires_at_the_next_advance_only()
    {
        var wheel = new TimerWheel();
        int fired = 0;
        var node = new Node((self, now) =>
        {
            fired++;
            wheel.Arm(self, now - 100);
        });
        wheel.Arm(node, 10);
        Assert.Equal(1, wheel.Advance(10));
        Assert.Equal(1, fired);
        Assert.Equal(1, wheel.Advance(11));
    }

    [Fact]
    public void A_node_may_disarm_others_that_are_due_with_it()
    {
        var wheel = new TimerWheel();
        var nodes = new List<Node>();
        for (int i = 0; i < 5; i++)
        {
            nodes.Add(new Node((self, _) =>
            {
                foreach (Node other in nodes.Where(n => n != self))
                    wheel.Disarm(other);
            }));
            wheel.Arm(nodes[i], 500);
        }
        Assert.Equal(1, wheel.Advance(500));
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Infinity_disarms()
    {
        var wheel = new TimerWheel();
        Node node = Plain();
        wheel.Arm(node, 5);
        wheel.Arm(node, long.MaxValue);
        Assert.False(node.IsArmed);
        Assert.Equal(long.MaxValue, wheel.NextDeadline);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_agrees_with_a_sorted_list_over_random_use(int seed)
    {
        var random = new Random(seed);
        long now = random.NextInt64(1L << 40);
        var wheel = new TimerWheel(now);
        var armed = new HashSet<Node>();
        Node[] nodes = [.. Enumerable.Range(0, 300).Select(_ => new Node((n, at) =>
        {
            Assert.True(armed.Remove(n));
            Assert.True(n.FiredAt == at);
        }))];
        for (int step = 0; step < 20_000; step++)
        {
            Node node = nodes[random.Next(nodes.Length)];
            switch (random.Next(4))
            {
                case 0 or 1:
                    wheel.Arm(node, now + (long)Math.Pow(2, random.NextDouble() * 36));
                    armed.Add(node);
                    break;
                case 2:
                    wheel.Disarm(node);
                    armed.Remove(node);
                    break;
                default:
                    now += (long)Math.Pow(2, random.NextDouble() * 32);
                    wheel.Advance(now);
                    Assert.DoesNotContain(armed, n => n.Deadline <= now);
                    break;
            }
            long expected = armed.Count == 0 ? long.MaxValue : armed.Min(n => n.Deadline);
            Assert.Equal(expected, wheel.NextDeadline);
            Assert.Equal(armed.Count, wheel.Count);
        }
    }

    [Fact]
    public void Arming_and_firing_allocate_nothing()
    {
        var wheel = new TimerWheel();
        Node node = Plain();
        wheel.Arm(node, 1);
        wheel.Advance(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i < 10_000; i++)
        {
            wheel.Arm(node, i * 5000L);
            wheel.Arm(node, i * 5000L + 3);
            wheel.Advance(i * 5000L + 3);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
