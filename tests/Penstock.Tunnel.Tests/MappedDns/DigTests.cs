using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Penstock.Tests;
using Penstock.Tunnel.MappedDns;
using Xunit;

namespace Penstock.Tunnel.Tests.MappedDns;

/// <summary>dig against the resolver behind real sockets on the loopback: a client that somebody else wrote reads its answers.</summary>
public sealed class DigTests : IDisposable
{
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly MappedDnsResolver _resolver;
    private readonly int _port;

    public DigTests()
    {
        _resolver = new MappedDnsResolver(DnsClient.Options with
        {
            Ttl = 7,
            NetworkV6 = DnsClient.Address("fd00::"),
            PrefixV6 = 96,
        });
        (_udp, _tcp) = SamePort();
        _port = ((IPEndPoint)_udp.LocalEndPoint!).Port;
        _tcp.Listen();
        new Thread(ServeUdp) { IsBackground = true }.Start();
        new Thread(ServeTcp) { IsBackground = true }.Start();
    }

    /// <summary>A port that is free for both protocols: the kernel chooses for one, somebody may hold the other.</summary>
    private static (Socket Udp, Socket Tcp) SamePort()
    {
        while (true)
        {
            Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            try
            {
                tcp.Bind(udp.LocalEndPoint!);
                return (udp, tcp);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                udp.Dispose();
                tcp.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    [NeedsFact(Needs.Dig)]
    public void A_and_aaaa_are_answered()
    {
        Assert.Equal("www.example.com.\t7\tIN\tA\t100.64.0.0", Answer("www.example.com", "A"));
        Assert.Equal("www.example.com.\t7\tIN\tAAAA\tfd00::", Answer("www.example.com", "AAAA"));
        Assert.Equal("", Answer("www.example.com", "MX"));
    }

    [NeedsFact(Needs.Dig)]
    public void A_reverse_lookup_is_answered()
    {
        Answer("www.example.com", "A");
        Assert.Contains("www.example.com.", Dig("-x", "100.64.0.0", "+noall", "+answer"), StringComparison.Ordinal);
        Assert.Contains("www.example.com.", Dig("-x", "fd00::", "+noall", "+answer"), StringComparison.Ordinal);
    }

    [NeedsFact(Needs.Dig)]
    public void Nothing_in_an_answer_makes_dig_complain()
    {
        string text = Dig("www.example.com", "A", "+dnssec", "+cookie", "+qr");
        Assert.Contains("status: NOERROR", text, StringComparison.Ordinal);
        Assert.Contains("EDNS: version: 0, flags: do; udp: 1232", text, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", text, StringComparison.Ordinal);
        Assert.DoesNotContain("malformed", text, StringComparison.OrdinalIgnoreCase);
    }

    [NeedsFact(Needs.Dig)]
    public void Another_version_of_edns_is_told()
    {
        Assert.Contains(
            "status: BADVERS", Dig("www.example.com", "A", "+edns=1", "+noednsnegotiation"), StringComparison.Ordinal);
    }

    [NeedsFact(Needs.Dig)]
    public void Queries_over_tcp_are_answered() =>
        Assert.Equal("tcp.example.\t\t7\tIN\tA\t100.64.0.0", Answer("tcp.example", "A", "+tcp"));

    [NeedsFact(Needs.Dig)]
    public void Another_opcode_is_not_implemented() =>
        Assert.Contains("status: NOTIMP", Dig("www.example.com", "A", "+opcode=status"), StringComparison.Ordinal);

    private string Answer(params string[] arguments) => Dig([.. arguments, "+noall", "+answer"]).Trim();

    private string Dig(params string[] arguments)
    {
        string port = _port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] all = ["@127.0.0.1", "-p", port, "+tries=1", "+time=20", .. arguments];
        (int exit, string output, string error) = Program.Run("dig", all);
        Assert.True(exit == 0, output + error);
        return output;
    }

    private void ServeUdp()
    {
        byte[] query = new byte[65535];
        byte[] response = new byte[65535];
        EndPoint client = new IPEndPoint(IPAddress.Any, 0);
        try
        {
            while (true)
            {
                int length = _udp.ReceiveFrom(query, ref client);
                _resolver.Answer(query.AsSpan(0, length), response, overTcp: false, out int answer);
                if (answer > 0)
                    _udp.SendTo(response.AsSpan(0, answer), client);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }

    private void ServeTcp()
    {
        byte[] query = new byte[65535];
        byte[] response = new byte[65537];
        try
        {
            while (true)
            {
                using Socket client = _tcp.Accept();
                using var stream = new NetworkStream(client);
                stream.ReadExactly(query, 0, 2);
                int length = BinaryPrimitives.ReadUInt16BigEndian(query);
                stream.ReadExactly(query, 0, length);
                _resolver.Answer(query.AsSpan(0, length), response.AsSpan(2), overTcp: true, out int answer);
                BinaryPrimitives.WriteUInt16BigEndian(response, (ushort)answer);
                stream.Write(response, 0, 2 + answer);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
        }
    }
}
