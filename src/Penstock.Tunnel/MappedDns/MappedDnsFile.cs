using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Penstock.Wire.Dns;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Keeps a resolver's names over a restart, so that addresses that apps remember stay good.</summary>
/// <remarks>
/// <code>
///   penstock-mapdns 1
///   0 www.example.com          index, name; the one unused for longest first
///   7 odd%20name.example       bytes that are no printable ASCII, and %, as %XX
/// </code>
/// For the control side, never for a shard: it reads and writes files.
/// </remarks>
public static class MappedDnsFile
{
    private const string FirstLine = "penstock-mapdns 1";

    /// <summary>Writes all names; whoever reads the file at any time finds the old or the new one whole.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it.</exception>
    public static void Save(MappedDnsResolver resolver, string path)
    {
        string fresh = path + ".new";
        using (var writer = new StreamWriter(fresh, append: false, Encoding.ASCII))
        {
            writer.NewLine = "\n";
            writer.WriteLine(FirstLine);
            foreach ((int index, string name) in resolver.Snapshot())
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index} {Escape(name)}"));
        }
        File.Move(fresh, path, overwrite: true);
    }

    /// <summary>Reads names into a resolver; one without a file starts empty.</summary>
    /// <returns>Names read. Lines that make no sense, or do not fit the configuration any more, are passed over.</returns>
    /// <exception cref="InvalidDataException">The file is not one of these.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static int Load(MappedDnsResolver resolver, string path)
    {
        if (!File.Exists(path))
            return 0;
        using IEnumerator<string> lines = File.ReadLines(path, Encoding.ASCII).GetEnumerator();
        if (!lines.MoveNext() || lines.Current != FirstLine)
            throw new InvalidDataException($"mapdns.file: {path} does not begin with \"{FirstLine}\"; remove it, or name another");
        int names = 0;
        while (lines.MoveNext())
        {
            if (TryReadLine(lines.Current, out int index, out string name) && resolver.TryRestore(index, name))
                names++;
        }
        return names;
    }

    private static bool TryReadLine(string line, out int index, out string name)
    {
        name = "";
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (!int.TryParse(line.AsSpan(0, Math.Max(space, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out index))
            return false;
        Span<byte> storage = stackalloc byte[DnsName.MaxLength];
        return TryUnescape(line.AsSpan(space + 1), out name)
            && DnsName.TryParse(name, storage, out DnsName parsed) && parsed.IsHostName && name[^1] != '.';
    }

    private static string Escape(string name)
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
