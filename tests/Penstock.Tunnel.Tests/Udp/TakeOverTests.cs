using System;
using System.Buffers.Binary;
using System.Net;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Statistics;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>A source that has asked DNS and is answered leaves its association to the next one that asks.</summary>
public sealed class TakeOverTests
{
    private const int MostOwners = 16;

    private static readonly IPEndPoint s_resolver = At("203.0.113.53", 53);
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    public static TheoryData<UdpRelay> Ways => new(UdpRelay.Udp, UdpRelay.Tcp);

    [Theory]
    [MemberData(nameof(Ways))]
    public void Sources_that_ask_one_after_the_other_share_an_association(UdpRelay way) => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(proxy.Options(way, pool: 1));
        Ask(tun, 1);
        proxy.WaitForGrants(2); // the second stands ready
        proxy.IsSilent = true;
        for (int source = 2; source <= MostOwners; source++)
            Ask(tun, source);
        Assert.Equal(2, proxy.Grants);
        Assert.Equal(MostOwners, Sum(tun, c => c.UdpSessionsOpened));
        Assert.Equal(1, Sum(tun, c => c.UdpSessionsOpen));
    });

    [Fact]
    public void But_not_for_ever() => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp, pool: 1));
        for (int source = 1; source <= 3 * MostOwners; source++)
            Ask(tun, source);
        Assert.InRange(proxy.Grants, 3, MostOwners);
    });

    [Fact]
    public void Without_a_pool_each_source_has_its_own() => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp, pool: 0));
        for (int source = 1; source <= 5; source++)
            Ask(tun, source);
        Assert.Equal(5, proxy.Grants);
    });

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_source_before_may_go_on(UdpRelay way) => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(proxy.Options(way, pool: 1));
        for (int round = 0; round < 5; round++)
        {
            Ask(tun, 1);
            Ask(tun, 2);
            Talk(tun, 2);
            Talk(tun, 1);
        }
    });

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_comes_for_the_source_before_does_not_reach_the_next(UdpRelay way) => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy { Repeats = true };
        using var tun = new PacketTun(proxy.Options(way, pool: 1));
        Ask(tun, 1);
        Ask(tun, 2); // its answer comes behind a copy of the first one's
        Assert.Equal(1, Sum(tun, c => c.DatagramsForAnother));
        Ask(tun, 3);
        Assert.Equal(2, Sum(tun, c => c.DatagramsForAnother));
    });

    [Fact]
    public void Whoever_sends_anything_else_keeps_its_own() => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp, pool: 1));
        Talk(tun, 1);
        Ask(tun, 2);
        Talk(tun, 2);
        proxy.WaitForGrants(3); // two in use, one ready
        Ask(tun, 3);            // the ready one
        Talk(tun, 4);           // not the third source's: a talk has an association of its own
        Assert.Equal(4, Sum(tun, c => c.UdpSessionsOpen));
    });

    [Fact]
    public void Whoever_still_waits_for_an_answer_keeps_its_own() => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy { IsMute = true };
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp, pool: 1));
        tun.Send(App(1), s_resolver, Query(1));
        proxy.WaitForGrants(2);
        proxy.IsMute = false;
        Ask(tun, 2);
        Assert.Equal(2, Sum(tun, c => c.UdpSessionsOpen));
    });

    [Fact]
    public void One_whose_connection_has_ended_is_not_taken_over() => OwnThread.Run(() =>
    {
        using var proxy = new EchoingProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp, pool: 1));
        for (int source = 1; source <= 10; source++)
        {
            Ask(tun, source);
            for (int granted = 0; granted < proxy.Grants; granted++)
                proxy.End(granted);
        }
    });

    private static IPEndPoint App(int port) => At("10.0.0.1", port);

    private static long Sum(PacketTun tun, Func<ShardCounters, long> counter) => tun.Tunnel.Snapshot().Sum(s => counter(s.Counters));

    private static void Ask(PacketTun tun, int port)
    {
        byte[] message = Query((ushort)port);
        tun.Send(App(port), s_resolver, message);
        message[2] |= 0x80;
        tun.Expect(s_resolver, App(port), message);
    }

    private static void Talk(PacketTun tun, int port)
    {
        tun.Send(App(port), s_server, "word"u8);
        tun.Expect(s_server, App(port), "word"u8);
    }

    private static byte[] Query(ushort id)
    {
        byte[] query = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'a', 0, 0, 1, 0, 1];
        BinaryPrimitives.WriteUInt16BigEndian(query, id);
        return query;
    }
}
