using System;
using System.Globalization;
using System.Text;
using Penstock.Wire.Dns;

namespace Penstock.Tunnel.MappedDns;

/// <summary>A line of <see cref="MappedDnsFile"/>: an index and a name.</summary>
internal static class MappedDnsLine
{
    public static bool TryRead(string line, out int index, out string name)
    {
        name = "";
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (!int.TryParse(line.AsSpan(0, Math.Max(space, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out index))
            return false;
        Span<byte> storage = stackalloc byte[DnsName.MaxLength];
        return TryUnescape(line.AsSpan(space + 1), out name)
            && DnsName.TryParse(name, storage, out DnsName parsed) && parsed.IsHostName && name[^1] != '.';
    }

    public static string Escape(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (char character in name)
        {
            if (character is > ' ' and <= '~' and not '%')
                text.Append(character);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{(int)character:X2}");
        }
        return text.ToString();
    }

    private static bool TryUnescape(ReadOnlySpan<char> text, out string name)
    {
        var bytes = new StringBuilder(text.Length);
        name = "";
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes.Append(text[i]);
                continue;
            }
            if (text.Length - i < 3
                || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                return false;
            }
            bytes.Append((char)value);
            i += 2;
        }
        name = bytes.ToString();
        return true;
    }
}
