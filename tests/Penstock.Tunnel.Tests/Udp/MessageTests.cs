using System;
using System.Buffers.Binary;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Statistics;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>Command 05 against a scripted proxy: the exact bytes, however they are cut.</summary>
public sealed class MessageTests
{
    private const string Reply = "05000001000000000000";
    private const string Ping = "00050a01cb0071011b5870696e6731"; // "ping1", 203.0.113.1:7000

    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Fact]
    public void Messages_have_the_exact_bytes_in_both_families() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Tcp));
        tun.Send(s_app, s_server, "ping1"u8);
        using Socket stream = proxy.Accept(5);
        ScriptedProxy.Write(stream, Reply);
        Assert.Equal(Ping, ScriptedProxy.Read(stream, Ping.Length / 2));
        tun.Send(s_app, s_server, ""u8);
        Assert.Equal("00000a01cb0071011b58", ScriptedProxy.Read(stream, 10));

        IPEndPoint six = At("2001:db8::1", 7000);
        tun.Send(At("fd00::1", 4000), six, "ping6"u8);
        using Socket other = proxy.Accept(5);
        ScriptedProxy.Write(other, Reply);
        const string Ping6 = "0005160420010db80000000000000000000000011b5870696e6736";
        Assert.Equal(Ping6, ScriptedProxy.Read(other, Ping6.Length / 2));
        ScriptedProxy.Write(other, Ping6);
        tun.Expect(six, At("fd00::1", 4000), "ping6"u8);
    });

    [Fact]
    public void Answers_are_put_together_however_they_are_cut() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Tcp));
        tun.Send(s_app, s_server, "ping1"u8);
        using Socket stream = proxy.Accept(5);
        ScriptedProxy.Write(stream, Reply);
        // Two messages, the second with two bytes of filler in front of its payload, and an empty one.
        string text = Ping + "00010c01cb0071021b58eeee42" + "00000a01cb0071011b58";
        byte[] bytes = Convert.FromHexString(text);
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            stream.Send(bytes.AsSpan(0, cut));
            stream.Send(bytes.AsSpan(cut));
            tun.Expect(s_server, s_app, "ping1"u8);
            tun.Expect(At("203.0.113.2", 7000), s_app, "B"u8);
            tun.Expect(s_server, s_app, ""u8);
        }
        foreach (byte one in bytes)
            stream.Send([one]);
        tun.Expect(s_server, s_app, "ping1"u8);
        tun.Expect(At("203.0.113.2", 7000), s_app, "B"u8);
        tun.Expect(s_server, s_app, ""u8);
    });

    [Fact]
    public void The_largest_datagrams_pass_both_ways() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Tcp));
        byte[] payload = new byte[65507];
        new Random(5).NextBytes(payload);
        tun.Send(s_app, s_server, payload);
        using Socket stream = proxy.Accept(5);
        ScriptedProxy.Write(stream, Reply);
        string message = "ffe30a01cb0071011b58" + Convert.ToHexStringLower(payload);
        Assert.Equal(message, ScriptedProxy.Read(stream, message.Length / 2));
        ScriptedProxy.Write(stream, message + Ping);
        tun.Expect(s_server, s_app, payload);
        tun.Expect(s_server, s_app, "ping1"u8);
    });

    [Theory]
    [InlineData("000103")]
    [InlineData("00010a09")]
    [InlineData("0001050100000000")]
    public void Garbage_ends_the_association_and_the_next_datagram_makes_a_new_one(string garbage) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Tcp));
        for (int i = 0; i < 2; i++)
        {
            tun.Send(s_app, s_server, "ping1"u8);
            using Socket stream = proxy.Accept(5);
            ScriptedProxy.Write(stream, Reply);
            Assert.Equal(Ping, ScriptedProxy.Read(stream, Ping.Length / 2));
            ScriptedProxy.Write(stream, garbage);
            Assert.Equal(0, stream.Receive(new byte[1]));
        }
    });

    /// <summary>What the proxy does not take at once lies in buffers that the next packets are read into, if nobody minds.</summary>
    [Fact]
    public void What_waits_for_a_proxy_that_does_not_read_stays_as_it_was_sent() => OwnThread.Run(() =>
    {
        const int Size = 1400, Index = 4;
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Tcp));
        long Count(Func<ShardCounters, long> counter) => tun.Tunnel.Snapshot().Shards.Sum(s => counter(s.Counters));
        tun.Send(s_app, s_server, "ping1"u8);
        using Socket stream = proxy.Accept(5, receiveBuffer: 8192);
        ScriptedProxy.Write(stream, Reply);
        Assert.Equal(Ping, ScriptedProxy.Read(stream, Ping.Length / 2));

        byte[] payload = new byte[Size];
        int sent = 0;
        while (Count(c => c.DatagramsWithoutRoom) < 100)
        {
            payload.AsSpan().Fill((byte)sent);
            BinaryPrimitives.WriteInt32LittleEndian(payload, sent++);
            tun.Send(s_app, s_server, payload);
        }
        Assert.True(SpinWait.SpinUntil(() => Count(c => c.PacketsFromTun) == sent + 1, OwnThread.Patience));
        Assert.InRange(tun.Tunnel.Snapshot().Shards.Sum(s => s.BuffersInUse), 1, 1024);
        byte[] message = new byte[10 + Size];
        int last = -1;
        for (long taken = sent - Count(c => c.DatagramsWithoutRoom); taken > 0; taken--)
        {
            for (int have = 0; have < message.Length;)
                have += stream.Receive(message.AsSpan(have));
            Assert.Equal("05780a01cb0071011b58", Convert.ToHexStringLower(message.AsSpan(0, 10)));
            int index = BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(10));
            Assert.InRange(index, last + 1, sent - 1);
            Assert.Equal(-1, message.AsSpan(10 + Index).IndexOfAnyExcept((byte)index));
            last = index;
        }
        Assert.Equal(0, stream.Available);
    });
}
