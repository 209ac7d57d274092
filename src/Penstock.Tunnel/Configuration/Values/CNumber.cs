namespace Penstock.Tunnel.Configuration.Values;

/// <summary>A number as C's <c>strtoul</c> reads it and a C <c>int</c> keeps it.</summary>
/// <remarks>
/// Leading blanks and a sign are accepted, the first character that is no digit ends the number, no digit at all is 0,
/// and what does not fit is cut to 32 bits: so existing files mean here what they meant before.
/// </remarks>
internal readonly record struct CNumber(int Value, bool IsClean)
{
    /// <summary>Reads in base 10: <c>0x5dc</c> is 0.</summary>
    public static CNumber Read(string text) => Read(text, detectBase: false);

    /// <summary>Reads decimal, <c>0x</c> hexadecimal and, with a leading 0, octal.</summary>
    public static CNumber ReadAnyBase(string text) => Read(text, detectBase: true);

    private static CNumber Read(string text, bool detectBase)
    {
        int at = 0;
        while (at < text.Length && IsBlank(text[at]))
            at++;
        bool negative = false;
        if (at < text.Length && (text[at] == '+' || text[at] == '-'))
            negative = text[at++] == '-';
        uint radix = detectBase ? Base(text, ref at) : 10;

        int first = at;
        ulong value = 0;
        bool overflow = false;
        for (; at < text.Length && Digit(text[at]) < radix; at++)
        {
            if (value > (ulong.MaxValue - Digit(text[at])) / radix)
                overflow = true;
            else
                value = value * radix + Digit(text[at]);
        }

        // strtoul gives ULONG_MAX for what it cannot hold, and negates within unsigned long.
        ulong result = overflow ? ulong.MaxValue : negative ? unchecked(0 - value) : value;
        int cut = unchecked((int)(uint)result);
        bool whole = at > first && at == text.Length;
        bool fits = !overflow && (negative ? value <= int.MaxValue + 1ul : value <= (detectBase ? uint.MaxValue : int.MaxValue));
        return new CNumber(cut, whole && fits);
    }

    private static uint Base(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '0')
            return 10;
        if (at + 2 < text.Length && (text[at + 1] | 0x20) == 'x' && Digit(text[at + 2]) < 16)
        {
            at += 2;
            return 16;
        }
        return 8;
    }

    private static bool IsBlank(char character) => character is ' ' or (>= '\t' and <= '\r');

    private static uint Digit(char character) => character switch
    {
        >= '0' and <= '9' => (uint)(character - '0'),
        >= 'a' and <= 'f' => (uint)(character - 'a') + 10,
        >= 'A' and <= 'F' => (uint)(character - 'A') + 10,
        _ => uint.MaxValue,
    };
}
