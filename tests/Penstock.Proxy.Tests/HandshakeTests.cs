using System;
using System.Collections.Generic;
using Xunit;

namespace Penstock.Proxy.Tests;

/// <summary>The handshake alone: literals of bytes, cut at every place.</summary>
public sealed class HandshakeTests
{
    private static readonly SocksServerOptions Open = new();
    private static readonly SocksServerOptions Locked = new() { User = "me", Password = "pw" };

    public static TheoryData<string, bool, string, string> Conversations => new()
    {
        // what the client says | password wanted | what the server answers | how it ends
        { "050100 05010001cb0071011b58", false, "0500", "Complete Connect 203.0.113.1:7000" },
        { "05020002 05010001cb0071011b58", false, "0500", "Complete Connect 203.0.113.1:7000" },
        { "050100 050100030b6f6e652e6578616d706c6501bb", false, "0500", "Complete Connect one.example:443" },
        { "050100 0503000100000000 0000", false, "0500", "Complete UdpAssociate 0.0.0.0:0" },
        { "050100 0505000100000000 0000", false, "0500", "Complete UdpInTcp 0.0.0.0:0" },
        { "050102 0102 6d65 02 7077 05010001cb0071011b58", true, "0502 0100", "Complete Connect 203.0.113.1:7000" },
        { "050102 0101 78 01 79 05010001cb0071011b58", false, "0502 0100", "Complete Connect 203.0.113.1:7000" },
        { "050102 0102 6d65 02 7078", true, "0502 0101", "Refused" },
        { "050102 0102 6d66 02 7077", true, "0502 0101", "Refused" },
        { "050102 0100 00", true, "0502 0101", "Refused" },
        { "050100", true, "05ff", "Refused" },
        { "050101", false, "05ff", "Refused" },
        { "0500", false, "", "Refused" },
        { "04", false, "", "Refused" },
        { "16", false, "", "Refused" },
        { "050100 05020001cb0071011b58", false, "0500 05070001000000000000", "Refused" },
        { "050100 05090001cb0071011b58", false, "0500 05070001000000000000", "Refused" },
        { "050100 05010009", false, "0500 05080001000000000000", "Refused" },
        { "050100 0501000300 1b58", false, "0500 05010001000000000000", "Refused" },
        { "050100 04", false, "0500", "Refused" },
    };

    [Theory]
    [MemberData(nameof(Conversations))]
    public void EndsTheSameHoweverTheBytesAreCut(string said, bool locked, string answered, string end)
    {
        byte[] input = Convert.FromHexString(said.Replace(" ", "", StringComparison.Ordinal));
        foreach (int[] cuts in EverySplit(input.Length))
        {
            (string answers, string outcome) = Converse(locked ? Locked : Open, input, cuts);
            Assert.Equal(answered.Replace(" ", "", StringComparison.Ordinal), answers);
            Assert.Equal(end, outcome);
        }
    }

    [Fact]
    public void WhatFollowsTheRequestIsNotConsumed()
    {
        byte[] input = Convert.FromHexString("05010005010001cb0071011b58474554");
        var handshake = new Handshake(Open);
        int consumed = handshake.Advance(input, new byte[Handshake.MostOutput], out int written);
        Assert.Equal((input.Length - 3, 2), (consumed, written));
        Assert.Equal(Handshake.Step.Complete, handshake.State);
    }

    [Fact]
    public void CommandsAndDestinationsThatAreNotAllowedAreRefused()
    {
        byte[] connect = Convert.FromHexString("05010005010001cb0071011b58");
        Assert.Equal(("050005070001000000000000", "Refused"), Converse(new SocksServerOptions { Commands = AllowedCommands.UdpInTcp }, connect, []));
        Assert.Equal(("050005020001000000000000", "Refused"), Converse(new SocksServerOptions { Allows = _ => false }, connect, []));
    }

    [Fact]
    public void ArbitraryBytesNeverBreakIt()
    {
        var random = new Random(7);
        byte[] output = new byte[Handshake.MostOutput];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] input = new byte[random.Next(1, 600)];
            random.NextBytes(input);
            input[0] = 5;
            if (i % 2 == 0 && input.Length > 3)
                input.AsSpan(0, 4).Clear();
            if (i % 2 == 0 && input.Length > 4)
                (input[0], input[1], input[3]) = (5, 1, 5);
            var handshake = new Handshake(i % 3 == 0 ? Locked : Open);
            int consumed = handshake.Advance(input, output, out int written);
            Assert.InRange(consumed, 0, input.Length);
            Assert.InRange(written, 0, output.Length);
        }
    }

    private static (string Answers, string Outcome) Converse(SocksServerOptions options, byte[] input, int[] cuts)
    {
        var handshake = new Handshake(options);
        var answers = new List<byte>();
        byte[] output = new byte[Handshake.MostOutput];
        int start = 0;
        foreach (int end in (int[])[.. cuts, input.Length])
        {
            start += handshake.Advance(input.AsSpan(start, end - start), output, out int written);
            answers.AddRange(output.AsSpan(0, written));
        }
        string outcome = handshake.State == Handshake.Step.Complete
            ? $"Complete {handshake.Command} {handshake.Destination}"
            : handshake.State.ToString();
        return (Convert.ToHexStringLower(answers.ToArray()), outcome);
    }

    /// <summary>Whole, cut at every place, cut at every two places, and byte by byte.</summary>
    private static IEnumerable<int[]> EverySplit(int length)
    {
        yield return [];
        for (int i = 1; i < length; i++)
        {
            yield return [i];
            for (int j = i + 1; j < length; j++)
                yield return [i, j];
        }
        int[] all = new int[Math.Max(0, length - 1)];
        for (int i = 0; i < all.Length; i++)
            all[i] = i + 1;
        yield return all;
    }
}
