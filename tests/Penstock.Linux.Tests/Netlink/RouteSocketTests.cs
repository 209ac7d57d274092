using System;
using Penstock.Linux.Events;
using Penstock.Linux.Namespaces;
using Penstock.Linux.Netlink;
using Penstock.Linux.Sockets;
using Penstock.Linux.Tests.Sockets;
using Penstock.Tests;
using Xunit;
using IPAddress = System.Net.IPAddress;

namespace Penstock.Linux.Tests.Netlink;

/// <summary>The real kernel, in network namespaces of the test's own.</summary>
public sealed class RouteSocketTests
{
    private static readonly byte[] Near = [10, 9, 8, 1];
    private static readonly byte[] Far = [10, 9, 8, 2];

    [Fact]
    public void TheLoopbackIsFound()
    {
        using var route = new RouteSocket();
        Assert.True(route.TryFindLink("lo", out Link loopback));
        Assert.True(route.TryFindLink(loopback.Index, out Link same));
        Assert.Equal(loopback, same);
        Assert.False(route.TryFindLink("nosuchlink", out _));
    }

    [NeedsFact(Needs.Root)]
    public void TwoNamespacesAreJoinedByAWire() => OwnThread.RunInNewNetwork(() =>
    {
        using NetworkNamespace near = NetworkNamespace.Current();
        NetworkNamespace.EnterNew().ThrowOnError("enter");
        using NetworkNamespace far = NetworkNamespace.Current();
        SetUpEnd(near, far);
        using (var route = new RouteSocket())
        {
            Assert.True(route.TryFindLink("far0", out Link end));
            route.AddAddress(end.Index, Far, 24).ThrowOnError("address");
            route.SetUp(end.Index, true).ThrowOnError("up");
        }
        StreamListener.Listen(SocketAddress.FromInet(Far, 0), 1, false, out StreamListener? listener).ThrowOnError("listen");
        using (listener)
        {
            SocketAddress address = listener!.LocalAddress;
            near.Enter().ThrowOnError("enter");
            StreamSocket.Create(AddressFamily.Inet, out StreamSocket? client).ThrowOnError("socket");
            using (client)
            {
                client!.Connect(address);
                LoopbackPair.Wait(listener.Descriptor, EpollInterest.Readable);
                listener.Accept(out StreamSocket? server).ThrowOnError("accept");
                Assert.Equal(Near, server!.PeerAddress.AddressBytes.ToArray());
                server.Dispose();
            }
        }
    });

    [NeedsFact(Needs.Root)]
    public void RoutesAndRulesAreAddedOnceAndDeleted() => OwnThread.RunInNewNetwork(() =>
    {
        using var route = new RouteSocket();
        route.AddVethPair("a0", "b0").ThrowOnError("veth");
        Assert.True(route.TryFindLink("a0", out Link link));
        route.AddAddress(link.Index, Near, 24).ThrowOnError("address");
        route.SetUp(link.Index, true).ThrowOnError("up");

        var byGateway = new Route { Destination = new byte[4], PrefixLength = 0, Gateway = Far };
        Assert.Equal("OK", route.AddRoute(byGateway).Name);
        Assert.Equal("EEXIST", route.AddRoute(byGateway).Name);
        Assert.Equal("OK", route.DeleteRoute(byGateway).Name);
        Assert.Equal("ESRCH", route.DeleteRoute(byGateway).Name);

        var byLink = new Route { Destination = new byte[16], PrefixLength = 0, LinkIndex = link.Index, Table = 1000, Metric = 5 };
        Assert.Equal("OK", route.AddRoute(byLink).Name);
        Assert.Equal("OK", route.DeleteRoute(byLink).Name);
        var lost = new Route { Destination = new byte[4], PrefixLength = 0, Gateway = [192, 0, 2, 1] };
        Assert.Equal("ENETUNREACH", route.AddRoute(lost).Name);

        Assert.Equal("OK", route.AddRule(AddressFamily.Inet, 438, true, 1000, 20).Name);
        Assert.Equal("EEXIST", route.AddRule(AddressFamily.Inet, 438, true, 1000, 20).Name);
        Assert.Equal("OK", route.DeleteRule(AddressFamily.Inet, 438, true, 1000, 20).Name);
        Assert.Equal("ENOENT", route.DeleteRule(AddressFamily.Inet, 438, true, 1000, 20).Name);
    });

    [NeedsFact(Needs.Root)]
    public void AddressesAreFoundAgain() => OwnThread.RunInNewNetwork(() =>
    {
        using var route = new RouteSocket();
        route.AddVethPair("a0", "b0").ThrowOnError("veth");
        Assert.True(route.TryFindLink("a0", out Link link));
        byte[] v6 = IPAddress.Parse("2001:db8::7").GetAddressBytes();
        Assert.False(route.HasAddress(link.Index, Near));
        route.AddAddress(link.Index, Near, 32).ThrowOnError("address");
        route.AddAddress(link.Index, v6, 128).ThrowOnError("address");
        Assert.True(route.HasAddress(link.Index, Near));
        Assert.True(route.HasAddress(link.Index, v6));
        Assert.False(route.HasAddress(link.Index, Far));
        Assert.Equal("EEXIST", route.AddAddress(link.Index, Near, 32).Name);
    });

    [NeedsFact(Needs.Root)]
    public void TheKernelsOwnSentenceComesWithARefusal() => OwnThread.RunInNewNetwork(() =>
    {
        using var route = new RouteSocket();
        Assert.True(route.TryFindLink("lo", out Link loopback));
        Assert.Equal("EINVAL", route.AddAddress(loopback.Index, Near, 77).Name);
        Assert.Contains("prefix", route.Explanation, StringComparison.OrdinalIgnoreCase);
    });

    [NeedsFact(Needs.Root)]
    public void TheMonitorTellsUpDownAndDeletion() => OwnThread.RunInNewNetwork(() =>
    {
        using var route = new RouteSocket();
        using var monitor = new LinkMonitor();
        Assert.False(monitor.TryTake(out _));
        route.AddVethPair("a0", "b0").ThrowOnError("veth");
        Assert.True(route.TryFindLink("a0", out Link link));
        route.SetUp(link.Index, true).ThrowOnError("up");
        route.DeleteLink(link.Index).ThrowOnError("delete");
        LoopbackPair.Wait(monitor.Descriptor, EpollInterest.Readable);
        bool wasUp = false;
        bool deleted = false;
        while (monitor.TryTake(out LinkChange change))
        {
            wasUp |= change.Kind == LinkChangeKind.Changed && change.Link.Index == link.Index && change.Link.IsUp;
            deleted |= change.Kind == LinkChangeKind.Deleted && change.Link.Index == link.Index && change.Link.Name == "a0";
        }
        Assert.True(wasUp);
        Assert.True(deleted);
    });

    private static void SetUpEnd(NetworkNamespace near, NetworkNamespace far)
    {
        near.Enter().ThrowOnError("enter");
        using (var route = new RouteSocket())
        {
            route.AddVethPair("near0", "far0").ThrowOnError("veth");
            Assert.True(route.TryFindLink("far0", out Link other));
            route.MoveTo(other.Index, far.Descriptor).ThrowOnError("move");
            Assert.True(route.TryFindLink("near0", out Link end));
            route.AddAddress(end.Index, Near, 24).ThrowOnError("address");
            route.SetMtu(end.Index, 1400).ThrowOnError("mtu");
            route.SetUp(end.Index, true).ThrowOnError("up");
            Assert.True(route.TryFindLink("near0", out end));
            Assert.Equal((1400, true), (end.Mtu, end.IsUp));
        }
        far.Enter().ThrowOnError("enter");
    }
}
