using System;
using System.Net;
using System.Net.Sockets;
using Penstock.Stack.Buffers;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Udp;
using Penstock.Wire.Icmp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>Proxies that grant an association and then do what none should.</summary>
public sealed class BrokenProxyTests
{
    private const string Header = "00000001cb0071011b58"; // 203.0.113.1:7000
    private const string Stamped = "00010a01cb0071011b58"; // the same in front of a byte, as command 05 has it

    private static readonly IPEndPoint s_app = At("10.0.0.1", 4000);
    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Fact]
    public void One_that_talks_on_after_its_reply_is_left() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        tun.Send(s_app, s_server, "a"u8);
        using Socket control = proxy.Associate();
        proxy.ExpectAtRelay(Header + "61");
        bool isLeft = false;
        while (!isLeft)
        {
            try
            {
                control.Send(new byte[65536]);
            }
            catch (SocketException)
            {
                isLeft = true;
            }
        }
    });

    [Theory]
    [InlineData("00000000000000000000ffff7f000002")]
    [InlineData("00000000000000000000ffff00000000")]
    public void A_relay_address_of_a_socket_for_both_families_is_understood(string address) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        tun.Send(s_app, s_server, "a"u8);
        using Socket control = proxy.Accept(3);
        using Socket relay = Relay(proxy.Host);
        ScriptedProxy.Write(control, "05000004" + address + $"{((IPEndPoint)relay.LocalEndPoint!).Port:x4}");
        Assert.Equal(Header + "61", Receive(relay));
    });

    [Fact]
    public void Auto_takes_the_other_way_when_the_relay_is_dead() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Auto));
        tun.Send(s_app, s_server, "a"u8);
        using Socket control = proxy.Associate();
        proxy.KeepRelay().Dispose();
        // What reaches a closed port is lost; the next one finds the association ended.
        while (tun.Tunnel.Snapshot().Sum(s => s.Counters.UdpSessionsBroken) == 0)
            tun.Send(s_app, s_server, "l"u8);
        tun.Send(s_app, s_server, "b"u8);
        using Socket messages = proxy.Accept(5);
        messages.Send(Convert.FromHexString("05000001000000000000"));
        string got;
        do
            got = ScriptedProxy.Read(messages, 11);
        while (got == Stamped + "6c");
        Assert.Equal(Stamped + "62", got);
        Assert.Contains(tun.Warnings, line => line.Contains("datagrams are not relayed", StringComparison.Ordinal));
    });

    [Fact]
    public void One_that_closes_what_it_grants_is_asked_once_and_the_app_is_told() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Tcp));
        tun.Send(s_app, s_server, new byte[60000]); // more than such a connection takes
        using (Socket messages = proxy.Accept(5, receiveBuffer: 4096))
        {
            messages.Send(Convert.FromHexString("05000001000000000000"));
            for (int i = 0; i < 100; i++)
                tun.Send(s_app, s_server, new byte[60000]);
            messages.LingerState = new LingerOption(true, 0);
        }
        Assert.Equal((IcmpType.DestinationUnreachable, (byte)3), tun.ExpectError("203.0.113.1"));
    });

    [Fact]
    public void What_was_stamped_for_one_way_goes_clean_by_the_other() => OwnThread.Run(() =>
    {
        using var memory = new NativePacketMemory();
        DatagramQueue queue = default;
        Assert.True(new BufferPool(memory, new MemoryBudget(1 << 20)).TryCopy(Convert.FromHexString(Stamped + "61"), out Lease message));
        queue.Enqueue(new QueuedDatagram(message, Header.Length / 2, default));
        queue.Unstamp();
        Assert.Equal(Header + "61", Convert.ToHexStringLower(queue[0].Message.Span));
        queue.Clear();
    });

    private static Socket Relay(IPAddress host)
    {
        var relay = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 15_000 };
        relay.Bind(new IPEndPoint(host, 0));
        return relay;
    }

    private static string Receive(Socket relay)
    {
        byte[] buffer = new byte[1000];
        return Convert.ToHexStringLower(buffer.AsSpan(0, relay.Receive(buffer)));
    }
}
