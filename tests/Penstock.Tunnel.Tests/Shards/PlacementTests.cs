using System;
using System.Net.Sockets;
using Penstock.Linux.Tun;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>Which shard opens a flow: the one that it reached, unless load balancing, as the plan in force says, names another.</summary>
public sealed class PlacementTests
{
    [Fact]
    public void Load_balancing_is_what_the_plan_in_force_says()
    {
        using NativePacketMemory memory = new();
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        TunnelPlan plan = new(new TunnelOptions(), new ProxySet([], ProxyPolicy.Order), null, null);
        ShardGroup group = new(plan, NullLog.Instance, new MemoryBudget(1 << 26), memory, new byte[16]);
        TunQueue queue = TunDevice.FromDescriptor((int)socket.Handle).Queues[0];
        using Shard first = new(0, 2, group, queue, reads: true, new TunFeatures(), Fail);
        using Shard second = new(1, 2, group, queue, reads: true, new TunFeatures(), Fail);
        group.SetShards([first, second]);
        first.Counters.SessionsOpen = 10;
        Assert.Same(first, group.Place(first));

        TunnelOptions balanced = plan.Options with { Threading = new ThreadingOptions { EnableLoadBalancing = true } };
        group.Adopt(plan with { Options = balanced });
        Assert.Same(second, group.Place(first));
        group.Adopt(plan);
        Assert.Same(first, group.Place(first));
    }

    private static void Fail(string reason) => throw new InvalidOperationException(reason);
}
