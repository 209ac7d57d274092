using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>A router between the device and the app reports that an answer is too big for its next link.</summary>
public sealed class AnswerPathTests
{
    private const int Size = 1452;
    private const int Link = 1280;
    private const int Quoted = 200;

    private static readonly IPEndPoint s_app = At("fd00::1", 4000);
    private static readonly IPEndPoint s_server = At("2001:db8::1", 7000);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Answers_come_in_fragments_that_fit_whichever_shard_has_the_session(int shards) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, shards));
        // The only queue is the first shard's: the third session is the other's, which has none yet.
        using var talks = new Talks(proxy, tun);
        for (int i = 0; i < 3; i++)
            talks.Begin(At("fd00::1", 4000 + i), s_server);
        byte[] whole = talks.Answer(2, Size);
        Assert.Equal(Ipv6Header.FixedLength + 8 + Size, whole.Length);
        long handed = HandedOver(tun);
        tun.Send(Router.TooBig(whole.AsSpan(0, Quoted), Link));
        talks.Ask(2);
        Assert.Equal(shards == 1 ? 0 : 2, HandedOver(tun) - handed);

        byte[] first = talks.Answer(2, Size);
        byte[] second = tun.Receive();
        Assert.True(IpPacket.TryParse(first, out IpPacket head));
        Assert.True(IpPacket.TryParse(second, out IpPacket tail));
        Assert.True(head.MoreFragments && !tail.MoreFragments);
        Assert.InRange(first.Length, Link - 8, Link);
        Assert.Equal((head.FragmentId, head.PayloadLength), (tail.FragmentId, tail.FragmentOffset));
        Assert.Equal(
            Convert.ToHexStringLower(whole.AsSpan(Ipv6Header.FixedLength)),
            Convert.ToHexStringLower([.. first.AsSpan(head.PayloadOffset), .. second.AsSpan(tail.PayloadOffset)]));
    });

    [Fact]
    public void A_fragment_that_is_too_big_is_understood_as_well() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, 1));
        using var talks = new Talks(proxy, tun);
        talks.Begin(s_app, s_server);
        tun.Send(Router.TooBig(talks.Answer(0, 3000), 1400));
        talks.Ask(0);
        byte[] fragment = talks.Answer(0, 3000);
        Assert.InRange(fragment.Length, 1400 - 8, 1400);
        for (int i = 1; i < 3; i++)
            tun.Receive();
        tun.Send(Router.TooBig(fragment.AsSpan(0, Quoted), Link));
        talks.Ask(0);
        Assert.InRange(talks.Answer(0, 3000).Length, Link - 8, Link);
    });

    /// <summary>Who sent the answer is the one that must know: the shard that has the source, by proxy and directly.</summary>
    [Fact]
    public void An_answer_that_came_directly_is_told_to_the_shard_that_sent_it() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = Options(proxy, 2);
        Assert.True(InetNetwork.TryParse("::1/128", out InetNetwork loopback, out _));
        using var tun = new PacketTun(options with { Bypass = new BypassOptions { Networks = [loopback] } });
        using var server = new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 30_000 };
        server.Bind(At("::1", 0));
        using var talks = new Talks(proxy, tun);
        talks.Begin(s_app, s_server);
        talks.Begin(At("fd00::1", 4001), s_server);
        IPEndPoint third = At("fd00::1", 4002); // the other shard's, which has less to do
        byte[] Exchange()
        {
            EndPoint client = At("::", 0);
            tun.Send(third, (IPEndPoint)server.LocalEndPoint!, "a"u8);
            server.ReceiveFrom(new byte[1], ref client);
            server.SendTo(new byte[Size], client);
            return tun.Receive();
        }
        byte[] whole = Exchange();
        Assert.Equal(Ipv6Header.FixedLength + 8 + Size, whole.Length);
        tun.Send(Router.TooBig(whole.AsSpan(0, Quoted), Link));
        Assert.InRange(Exchange().Length, Link - 8, Link);
        Assert.InRange(tun.Receive().Length, 1, Link);
        Assert.Equal(3, HandedOver(tun)); // two datagrams and the error
        Assert.Equal(whole.Length, talks.Answer(0, Size).Length); // not the shard of the other sources
        talks.Begin(third, s_server);
        Assert.Equal(4, HandedOver(tun));
        Assert.InRange(talks.Answer(2, Size).Length, Link - 8, Link);
    });

    [Fact]
    public void An_error_that_no_answer_can_have_caused_changes_nothing() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, 1));
        using var talks = new Talks(proxy, tun);
        talks.Begin(s_app, s_server);
        byte[] whole = talks.Answer(0, Size);
        byte[] quote = whole[..Quoted];
        byte[] ofNobody = [.. quote];
        BinaryPrimitives.WriteUInt16BigEndian(ofNobody.AsSpan(Ipv6Header.FixedLength + 2), 4999);
        byte[] ofSmall = [.. quote];
        BinaryPrimitives.WriteUInt16BigEndian(ofSmall.AsSpan(4), Link - Ipv6Header.FixedLength);
        tun.Send(Router.TooBig(quote, Link, InetAddress.Read(At("2001:db8::9", 0).Address.GetAddressBytes())));
        tun.Send(Router.TooBig(ofNobody, Link));
        tun.Send(Router.TooBig(ofSmall, Link));
        tun.Send(Router.TooBig(quote, Link - 1)); // RFC 8201 (4): no honest link
        tun.Send(Router.TooBig(quote.AsSpan(0, Ipv6Header.FixedLength + 7), Link));
        talks.Ask(0);
        Assert.Equal(whole, talks.Answer(0, Size));
    });

    /// <summary>No answer over IPv4 forbids routers to cut it: who says otherwise quotes none of ours.</summary>
    [Fact]
    public void In_IPv4_routers_cut_answers_themselves() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(Options(proxy, 1));
        using var talks = new Talks(proxy, tun);
        talks.Begin(At("10.0.0.1", 4000), At("203.0.113.1", 7000));
        byte[] whole = talks.Answer(0, Size);
        Assert.Equal(0, BinaryPrimitives.ReadUInt16BigEndian(whole.AsSpan(6)));
        tun.Send(Router.TooBig(whole.AsSpan(0, Quoted), 1000));
        talks.Ask(0);
        Assert.Equal(whole.Length, talks.Answer(0, Size).Length);
    });

    private static TunnelOptions Options(ScriptedProxy proxy, int shards)
    {
        TunnelOptions options = proxy.Options(UdpRelay.Udp);
        return options with { Threading = options.Threading with { NumWorkers = shards } };
    }

    private static long HandedOver(PacketTun tun) => tun.Tunnel.Snapshot().Sum(s => s.Counters.HandedOver);
}
