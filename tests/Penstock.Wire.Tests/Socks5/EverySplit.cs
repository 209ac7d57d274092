using System;
using Penstock.Wire.Socks5;
using Xunit;

namespace Penstock.Wire.Tests.Socks5;

/// <summary>One literal, every cut of it: a message parser must say "more" until the last byte and never read past it.</summary>
internal static class EverySplit
{
    public delegate SocksResult Parser(ReadOnlySpan<byte> bytes);

    /// <summary>Complete at its last byte, not before; the same with other bytes behind it.</summary>
    public static void IsDone(string literal, Parser parse)
    {
        byte[] bytes = Bytes.Of(literal);
        for (int length = 0; length < bytes.Length; length++)
            Assert.Equal(SocksResult.NeedMore, parse(Exactly(bytes, length)));
        Assert.Equal(new SocksResult(SocksProgress.Done, bytes.Length, SocksError.None), parse(bytes));
        byte[] followed = [.. bytes, 0x05, 0xff, 0x00];
        Assert.Equal(bytes.Length, parse(followed).Consumed);
    }

    /// <summary>Wrong from its last byte on, with nothing wrong before it.</summary>
    public static void FailsAtItsEnd(string literal, SocksError error, Parser parse)
    {
        byte[] bytes = Bytes.Of(literal);
        for (int length = 0; length < bytes.Length; length++)
            Assert.Equal(SocksResult.NeedMore, parse(Exactly(bytes, length)));
        Assert.Equal(new SocksResult(SocksProgress.Error, 0, error), parse(bytes));
        Assert.Equal(error, parse([.. bytes, 1, 2, 3]).Error);
    }

    // A copy of its own, so that reading one byte too far throws instead of finding the rest of the literal.
    private static ReadOnlySpan<byte> Exactly(byte[] bytes, int length) => bytes.AsSpan(0, length).ToArray();
}
