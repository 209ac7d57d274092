using System;
using System.Collections.Generic;
using System.Text;
using Penstock.Wire.Socks5;

namespace Penstock.Fuzz.Targets;

/// <summary>Every SOCKS5 message that a peer may send, either way, whole and cut.</summary>
public sealed class SocksTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "socks";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Covers =>
    [
        "SocksClient.ParseMethod", "SocksClient.ParseAuthentication", "SocksClient.ParseReply", "SocksServer.ParseGreeting",
        "SocksServer.ParseAuthentication", "SocksServer.ParseRequest", "SocksDatagram.TryParse", "UdpInTcpMessage.Parse",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        Hex("0500"), Hex("0502"), Hex("050100"), Hex("05020002"), Hex("0100"), Hex("0101"),
        [1, 4, .. Encoding.ASCII.GetBytes("user"), 4, .. Encoding.ASCII.GetBytes("pass")],
        Hex("05000001 c0000201 0050"), Hex("05010001 c0000201 0050"), Hex("05050004 20010db8000000000000000000000001 0050"),
        [5, 0, 0, 3, 11, .. Encoding.ASCII.GetBytes("example.com"), 0, 80],
        [5, 1, 0, 3, 11, .. Encoding.ASCII.GetBytes("example.com"), 0, 80],
        Hex("00000001 c0000201 0035 01020304"), Hex("0004 0a 01 c0000201 0035 01020304"),
    ];

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<byte> input)
    {
        Check(SocksClient.ParseMethod(input, offeredCredentials: true, out _), input.Length);
        Check(SocksClient.ParseMethod(input, offeredCredentials: false, out _), input.Length);
        Check(SocksClient.ParseAuthentication(input), input.Length);
        Check(SocksClient.ParseReply(input, out _, out _), input.Length);
        Check(SocksServer.ParseGreeting(input, out _), input.Length);
        Check(SocksServer.ParseAuthentication(input, out _), input.Length);
        Check(SocksServer.ParseRequest(input, out _, out SocksDestination destination), input.Length);
        _ = destination.ToString();
        Check(UdpInTcpMessage.Parse(input, out _), input.Length);
        if (SocksDatagram.TryParse(input, out SocksDatagram datagram))
        {
            Require(datagram.HeaderLength + datagram.Payload.Length == input.Length, "header and payload are the datagram");
            _ = datagram.ToDestination();
        }
    }

    private static void Check(in SocksResult result, int length)
    {
        Require(result.Consumed >= 0 && result.Consumed <= length, "a message ends within its bytes");
        Require(!result.IsDone || result.Consumed > 0, "a whole message takes bytes");
    }
}
