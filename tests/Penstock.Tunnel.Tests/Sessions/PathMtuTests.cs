using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Sessions;

/// <summary>A router between the device and the app reports that packets of a flow are too big for its next link.</summary>
public sealed class PathMtuTests
{
    private const int Mss = 1460; // what the app announces
    private const int Quoted = 8;

    [Theory]
    [InlineData("10.0.0.1", "203.0.113.1", 1000, 960)]
    [InlineData("fd00::1", "2001:db8::1", 1280, 1220)]
    public void What_was_too_big_is_sent_again_in_smaller_segments(string from, string to, int mtu, int mss) => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        IPEndPoint app = At(from, 4000), server = At(to, 7000);
        AppTcp flow = new(tun, app, server);
        using Socket end = Open(flow, proxy, server);
        end.Send(new byte[Mss]);
        TcpSegment first = flow.Receive(out byte[] text);
        Assert.Equal(Mss, text.Length);

        tun.Send(TooBig(server, app, first.Seq, mtu));
        int again = 0;
        while (again < Mss)
        {
            TcpSegment smaller = flow.Receive(out text);
            Assert.Equal(first.Seq.Value + (uint)again, smaller.Seq.Value);
            Assert.InRange(text.Length, 1, mss);
            again += text.Length;
        }
    });

    [Fact]
    public void An_error_about_numbers_that_are_not_in_flight_or_from_elsewhere_changes_nothing() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        using var tun = new PacketTun(proxy.Options(UdpRelay.Udp));
        IPEndPoint app = At("10.0.0.1", 4000), server = At("203.0.113.1", 7000);
        AppTcp flow = new(tun, app, server);
        using Socket end = Open(flow, proxy, server);
        end.Send(new byte[Mss]);
        TcpSegment first = flow.Receive(out _);
        tun.Send(TooBig(server, app, first.Seq + 100_000, 600));
        tun.Send(TooBig(server, app, first.Seq, 600, to: At("203.0.113.9", 0)));
        flow.Say(TcpFlags.Ack);
        end.Send(new byte[Mss]);
        flow.Receive(out byte[] text);
        Assert.Equal(Mss, text.Length);
    });

    private static Socket Open(AppTcp flow, ScriptedProxy proxy, IPEndPoint server)
    {
        int addressLength = server.Address.GetAddressBytes().Length;
        flow.Begin(1);
        Socket end = proxy.AcceptSilently();
        ScriptedProxy.Read(end, 3);
        ScriptedProxy.Write(end, "0500");
        ScriptedProxy.Read(end, 6 + addressLength);
        ScriptedProxy.Write(end, "05000001000000000000");
        flow.Finish();
        return end;
    }

    /// <summary>The error, with the least of the packet that a router quotes.</summary>
    private static byte[] TooBig(IPEndPoint source, IPEndPoint destination, SeqNumber seq, int mtu, IPEndPoint? to = null)
    {
        InetAddress server = InetAddress.Read(source.Address.GetAddressBytes());
        InetAddress app = InetAddress.Read(destination.Address.GetAddressBytes());
        int header = app.IsV6 ? Ipv6Header.FixedLength : Ipv4Header.MinimumLength;
        byte[] quote = new byte[header + Quoted];
        Router.WriteIp(quote, server, app, IpProtocol.Tcp, 20 + Mss);
        BinaryPrimitives.WriteUInt16BigEndian(quote.AsSpan(header), (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(quote.AsSpan(header + 2), (ushort)destination.Port);
        BinaryPrimitives.WriteUInt32BigEndian(quote.AsSpan(header + 4), seq.Value);
        return Router.TooBig(quote, mtu, to is null ? null : InetAddress.Read(to.Address.GetAddressBytes()));
    }
}
