using System;

namespace Penstock.Wire.Tcp;

/// <summary>A TCP sequence number: 32 bits with a circular order, RFC 9293 (3.4).</summary>
/// <remarks>
/// Comparison holds between numbers less than 2^31 apart, which windows guarantee. Differences are signed bytes.
/// </remarks>
public readonly record struct SeqNumber(uint Value)
{
    /// <summary>The number <paramref name="bytes"/> further on.</summary>
    public static SeqNumber operator +(SeqNumber left, int bytes) => new(left.Value + (uint)bytes);

    /// <summary>The number <paramref name="bytes"/> before.</summary>
    public static SeqNumber operator -(SeqNumber left, int bytes) => new(left.Value - (uint)bytes);

    /// <summary>Bytes from <paramref name="right"/> to <paramref name="left"/>; negative when left comes first.</summary>
    public static int operator -(SeqNumber left, SeqNumber right) => (int)(left.Value - right.Value);

    /// <summary>Before, on the circle.</summary>
    public static bool operator <(SeqNumber left, SeqNumber right) => left - right < 0;

    /// <summary>After, on the circle.</summary>
    public static bool operator >(SeqNumber left, SeqNumber right) => left - right > 0;

    /// <summary>Before or equal, on the circle.</summary>
    public static bool operator <=(SeqNumber left, SeqNumber right) => left - right <= 0;

    /// <summary>After or equal, on the circle.</summary>
    public static bool operator >=(SeqNumber left, SeqNumber right) => left - right >= 0;

    /// <summary>The later of two.</summary>
    public static SeqNumber Max(SeqNumber a, SeqNumber b) => a < b ? b : a;

    /// <summary>The earlier of two.</summary>
    public static SeqNumber Min(SeqNumber a, SeqNumber b) => a < b ? a : b;

    /// <summary>True for <paramref name="from"/> ≤ this &lt; <paramref name="from"/> + <paramref name="length"/>.</summary>
    public bool IsWithin(SeqNumber from, int length) => Value - from.Value < (uint)Math.Max(0, length);

    /// <summary>The number, unsigned.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
