using System;
using System.Globalization;
using System.IO;
using Penstock.HyperAmp.Configuration;

namespace Penstock.HyperAmp.Regions;

/// <summary>Keeps a region off the memory that the kernel itself uses.</summary>
public static class SystemRam
{
    /// <summary>Throws when the range shares an address with System RAM.</summary>
    /// <param name="map">The kernel's map of addresses, <c>/proc/iomem</c>.</param>
    /// <param name="start">First address.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="RegionException">It does, or the map hides its addresses from this user.</exception>
    public static void Refuse(string map, ulong start, int length)
    {
        bool any = false;
        ulong end = start + (ulong)length;
        foreach (string line in File.ReadLines(map))
        {
            int dash = line.IndexOf('-', StringComparison.Ordinal);
            int colon = line.IndexOf(" : ", StringComparison.Ordinal);
            if (dash < 0 || colon < dash
                || !ulong.TryParse(line.AsSpan(0, dash).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong first)
                || !ulong.TryParse(line.AsSpan(dash + 1, colon - dash - 1).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong last))
                continue;
            any |= last != 0;
            if (line.AsSpan(colon + 3).Trim() is "System RAM" && first < end && start <= last && last != 0)
            {
                throw new RegionException(
                    $"0x{start:x}+0x{length:x} overlaps System RAM at 0x{first:x}-0x{last:x}: reserve the range first (mem= or a reserved-memory node)");
            }
        }
        if (!any)
            throw new RegionException($"{map} shows no addresses: /dev/mem needs root; without it set {ShmConfigurationReader.Variable}=\"backend=file;path=...\"");
    }
}
