using System;
using System.Text;

namespace Penstock.Cli.HyperAmp;

/// <summary>One line of a request file: a service id, a quoted text, a size.</summary>
/// <param name="Service">NPUCore's service.</param>
/// <param name="Data">1 to 255 bytes.</param>
/// <param name="Size">Bytes of the message; 0 for the text's length.</param>
internal readonly record struct RequestLine(ushort Service, byte[] Data, int Size)
{
    private const int LongestLine = 1023;
    private const int LongestData = 255;
    private const int LargestSize = 1 << 20;

    /// <summary>Reads <c>ID "text" SIZE</c>; there is no escape for a quote.</summary>
    /// <returns>False for the line that ends a file (<c>0</c>), and any other that is no request.</returns>
    public static bool TryParse(string line, out RequestLine request)
    {
        request = default;
        int open = line.IndexOf('"'), close = line.LastIndexOf('"');
        if (line.Length > LongestLine || open < 0 || close <= open)
            return false;
        byte[] data = Encoding.UTF8.GetBytes(line[(open + 1)..close]);
        if (data.Length is 0 or > LongestData || data.AsSpan().Contains((byte)'"')
            || !ushort.TryParse(line.AsSpan(0, open).Trim(), out ushort service)
            || !int.TryParse(line.AsSpan(close + 1).Trim(), out int size) || size is < 0 or > LargestSize)
            return false;
        request = new(service, data, size);
        return true;
    }
}
