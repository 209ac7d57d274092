using System;
using System.Collections.Generic;
using Penstock.Tunnel.MappedDns;
using Penstock.Wire.Dns;
using Penstock.Wire.Ip;

namespace Penstock.Fuzz.Targets;

/// <summary>The resolver of mapped DNS, over UDP and TCP, and what it makes of a server's answers.</summary>
public sealed class ResolverTarget : FuzzTarget
{
    private const int Names = 64;

    [ThreadStatic]
    private static MappedDnsResolver? s_resolver;

    /// <inheritdoc/>
    public override string Name => "resolver";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Covers => ["MappedDnsResolver.Answer", "MappedDnsResolver.FitDatagram"];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        Hex("1234 0100 0001 0000 0000 0000 03 6f6e65 07 6578616d706c65 00 0001 0001"), // one.example, A
        Hex("1234 0120 0001 0000 0000 0001 03 6f6e65 05 6c6f63616c 00 001c 0001 00 0029 04d0 00000000 0000"), // one.local, AAAA, EDNS
        Hex("1234 0100 0001 0000 0000 0000 01 30 01 30 02 3634 03 313030 07 696e2d61646472 04 61727061 00 000c 0001"), // 0.0.64.100.in-addr.arpa, PTR
        Hex("1234 8180 0001 0001 0000 0000 03 6f6e65 05 6c6f63616c 00 0001 0001 c00c 0001 0001 00000005 0004 c0000207"), // an answer
    ];

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<byte> input)
    {
        MappedDnsResolver resolver = s_resolver ??= new MappedDnsResolver(new MappedDnsOptions
        {
            Network = InetAddress.FromV4(0x64400000),
            Netmask = InetAddress.FromV4(0xffff0000),
            NetworkV6 = InetAddress.FromV6(0xfd64UL << 48, 0),
            CacheSize = Names,
            Exclude = ["local"],
        });
        Span<byte> response = stackalloc byte[4096];
        foreach (bool overTcp in (ReadOnlySpan<bool>)[false, true])
        {
            DnsVerdict verdict = resolver.Answer(input, response, overTcp, out int length);
            Require(verdict == DnsVerdict.Answered == length >= DnsHeader.Length, "an answer has a header, and nothing else has any bytes");
            Require(length <= response.Length, "an answer fits");
            if (verdict != DnsVerdict.Answered)
                continue;
            Require(DnsHeader.TryRead(response[..length], out DnsHeader header) && header.IsResponse, "an answer is a response");
            Require(response[..2].SequenceEqual(input[..2]), "an answer has the query's number");
        }
        Require(resolver.Count <= Names, "the table keeps its bound");
        if (input.Length < DnsHeader.Length)
            return;
        byte[] answer = input.ToArray();
        int fit = MappedDnsResolver.FitDatagram(Corpus[0], answer);
        Require(fit >= DnsHeader.Length && fit <= Math.Min(512, input.Length), "what goes into a datagram has a header and fits");
    }
}
