using System.Collections.Generic;
using System.Globalization;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Reads the <c>mapdns</c> section.</summary>
internal static class MapDnsSection
{
    public const string Name = "mapdns";

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new(Name, "address", "a plain IPv4 address", o => o.MapDns.Address.ToString()),
        new(Name, "port", "0 to 65535; 0 intercepts nothing", o => Show(o.MapDns.Port)),
        new(Name, "network", "a plain IPv4 address without host bits", o => o.MapDns.Network.ToString()),
        new(Name, "netmask", "a plain IPv4 mask: ones, then zeros", o => o.MapDns.Netmask.ToString()),
        new(Name, "cache-size", "0 to the inverted netmask; 0 is off", o => Show(o.MapDns.CacheSize)),
    ];

    public static MapDnsOptions Read(SectionSettings settings)
    {
        InetAddress netmask = settings.Address("netmask", v6: false, "0.0.0.0 is used") ?? default;
        InetAddress network = settings.Address("network", v6: false, "0.0.0.0 is used") ?? default;
        int size = settings.Number("cache-size", new NumberRule(0, 0));
        if (size > 0)
        {
            Fits(settings, netmask, size);
            network = Base(settings, network, netmask);
        }
        return new MapDnsOptions
        {
            Address = settings.Address("address", v6: false, "0.0.0.0 is used") ?? default,
            Port = settings.Port("port", 53),
            Network = network,
            Netmask = netmask,
            CacheSize = size,
        };
    }

    private static void Fits(SectionSettings settings, InetAddress netmask, int size)
    {
        settings.TryGet("cache-size", out Setting found);
        uint hosts = ~netmask.V4;
        if ((hosts & (hosts + 1)) != 0)
        {
            settings.TryGet("netmask", out Setting mask);
            settings.Error("netmask", mask);
        }
        else if (netmask.IsUnspecified)
        {
            settings.Report.Error(found.Line, "mapdns.netmask", "a cache needs a netmask", "a plain IPv4 mask: ones, then zeros");
        }
        else if ((uint)size > hosts)
        {
            settings.Report.Error(found.Line, "mapdns.cache-size", $"found {Show(size)}", $"0 to {Show(hosts)} with netmask {netmask}");
        }
    }

    // The original joins base and index by OR: host bits in the base would give several names one address.
    private static InetAddress Base(SectionSettings settings, InetAddress network, InetAddress netmask)
    {
        InetAddress trimmed = InetAddress.FromV4(network.V4 & netmask.V4);
        if (trimmed != network && settings.TryGet("network", out Setting setting))
            settings.Warning("network", setting, $"{trimmed} is used");
        return trimmed;
    }

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);
}
