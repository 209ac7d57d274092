using System;
using System.IO;
using System.Text;

namespace Penstock.Cli.HyperAmp;

/// <summary>Data on a command line: a text, <c>@FILE</c>, or <c>hex:</c> and digits (in a file too).</summary>
internal static class MessageInput
{
    /// <summary>Reads the data.</summary>
    /// <exception cref="InvalidDataException">More than the limit, no hexadecimal digits, or no name of a file; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Read(string argument, int limit)
    {
        if (argument == "@")
            throw new InvalidDataException("@: after it stands the name of a file");
        byte[] data = argument.StartsWith('@') ? ReadFile(argument[1..], limit) : Encoding.UTF8.GetBytes(argument);
        if (data.AsSpan().StartsWith("hex:"u8))
            data = FromHex(Encoding.UTF8.GetString(data.AsSpan(4)).Trim(), argument);
        return data.Length <= limit ? data : throw new InvalidDataException($"{argument}: {data.Length} bytes are more than the {limit} that fit");
    }

    /// <summary>Data as people read it: printable text as it is, other bytes as dots.</summary>
    public static string ToText(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder(data.Length);
        foreach (byte b in data)
            text.Append(b is >= 0x20 and < 0x7f ? (char)b : '.');
        return text.ToString();
    }

    private static byte[] ReadFile(string path, int limit)
    {
        // Hexadecimal files have two digits per byte, a prefix and perhaps a line end.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        var data = new byte[Math.Min(2L * limit + 16, file.Length)];
        file.ReadExactly(data);
        return data.Length < file.Length ? throw new InvalidDataException($"{path}: {file.Length} bytes are more than the {limit} that fit") : data;
    }

    private static byte[] FromHex(string digits, string argument)
    {
        try
        {
            return Convert.FromHexString(digits);
        }
        catch (FormatException)
        {
            throw new InvalidDataException($"{argument}: after hex: stand pairs of hexadecimal digits");
        }
    }
}
