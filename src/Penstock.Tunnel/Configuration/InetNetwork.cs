using System;
using System.Globalization;
using Penstock.Tunnel.Configuration.Values;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration;

/// <summary>A network in CIDR notation; a single address is one of full prefix length.</summary>
/// <param name="Address">Its address, without host bits.</param>
/// <param name="Prefix">Its prefix length, 0 to 32 or 128.</param>
public readonly record struct InetNetwork(InetAddress Address, int Prefix)
{
    /// <summary>An address with the bits behind a prefix cleared.</summary>
    public static InetAddress Masked(in InetAddress address, int prefix)
    {
        if (!address.IsV6)
            return InetAddress.FromV4(prefix == 0 ? 0 : address.V4 & uint.MaxValue << (32 - prefix));
        ulong high = prefix == 0 ? 0 : prefix >= 64 ? address.High : address.High & ulong.MaxValue << (64 - prefix);
        ulong low = prefix <= 64 ? 0 : prefix == 128 ? address.Low : address.Low & ulong.MaxValue << (128 - prefix);
        return InetAddress.FromV6(high, low);
    }

    /// <summary>Reads <c>address/prefix</c> or an address; host bits are cleared, and told.</summary>
    public static bool TryParse(string text, out InetNetwork network, out bool hadHostBits)
    {
        network = default;
        hadHostBits = false;
        int slash = text.IndexOf('/');
        if (!PlainAddress.TryParse(slash < 0 ? text : text[..slash], out InetAddress address))
            return false;
        int prefix = address.Length * 8;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > address.Length * 8))
        {
            return false;
        }
        network = new InetNetwork(Masked(address, prefix), prefix);
        hadHostBits = network.Address != address;
        return true;
    }

    /// <summary>The address, with its prefix length when that says something.</summary>
    public override string ToString() => Prefix == Address.Length * 8 ? Address.ToString() : $"{Address}/{Prefix.ToString(CultureInfo.InvariantCulture)}";
}
