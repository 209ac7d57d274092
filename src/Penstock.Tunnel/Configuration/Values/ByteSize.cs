using System.Globalization;

namespace Penstock.Tunnel.Configuration.Values;

/// <summary>A number of bytes, with <c>k</c>, <c>m</c> or <c>g</c> for powers of 1024.</summary>
internal static class ByteSize
{
    public const string Accepted = "bytes, 4m or more, with k, m or g for powers of 1024; 0 is a quarter of the memory at hand";

    // 2^40: above any machine that has a TUN device, below any overflow.
    private const long Max = 1L << 40;

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        string digits = text.Trim();
        if (digits.Length == 0)
            return false;
        int shift = char.ToLowerInvariant(digits[^1]) switch
        {
            'k' => 10,
            'm' => 20,
            'g' => 30,
            _ => 0,
        };
        if (shift > 0)
            digits = digits[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) || number > Max >> shift)
            return false;
        bytes = number << shift;
        return true;
    }
}
