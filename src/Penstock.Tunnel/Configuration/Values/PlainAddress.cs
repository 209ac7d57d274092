using System;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration.Values;

/// <summary>An address as <c>inet_pton</c> reads it: no prefix length, no scope, four decimal parts without leading zeros.</summary>
internal static class PlainAddress
{
    public static bool TryParse(string text, out InetAddress address)
    {
        if (!InetAddress.TryParse(text, out address))
            return false;
        // The framework reads 010.0.0.1 as octal; nobody means that.
        return address.IsV6 || text.Equals(address.ToString(), StringComparison.Ordinal);
    }
}
