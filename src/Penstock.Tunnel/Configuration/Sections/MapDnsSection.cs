using System;
using System.Collections.Generic;
using System.Globalization;
using Penstock.Tunnel.Configuration.Values;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Reads the <c>mapdns</c> section.</summary>
internal static class MapDnsSection
{
    public const string Name = "mapdns";

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new(Name, "address", "a plain IPv4 address", o => o.MapDns.Address.ToString()) { IsLive = true },
        new(Name, "port", "0 to 65535; 0 intercepts nothing", o => Show(o.MapDns.Port)) { IsLive = true },
        new(Name, "network", "a plain IPv4 address without host bits", o => o.MapDns.Network.ToString()) { IsLive = true },
        new(Name, "netmask", "a plain IPv4 mask: ones, then zeros", o => o.MapDns.Netmask.ToString()) { IsLive = true },
        new(Name, "cache-size", "0 to the inverted netmask; 0 is off", o => Show(o.MapDns.CacheSize)) { IsLive = true },
        new(Name, "address6", "a plain IPv6 address", o => o.MapDns.Address6?.ToString()) { IsLive = true },
        new(Name, "network6", "a plain IPv6 address without host bits", o => o.MapDns.Network6?.ToString()) { IsLive = true },
        new(Name, "prefix6", "0 to 127", o => Show(o.MapDns.Prefix6)) { IsLive = true },
        new(Name, "ttl", "0 to 604800 seconds", o => Show(o.MapDns.Ttl)) { IsLive = true },
        new(Name, "file", "a path", o => o.MapDns.File) { IsLive = true },
        new(Name, "hijack", "any:53, or any: and another port", o => o.MapDns.HijackPort == 0 ? null : "any:" + Show(o.MapDns.HijackPort)) { IsLive = true },
        new(Name, "exclude", DomainText.Accepted + ", separated by commas", o => o.MapDns.Exclude.Count == 0 ? null : string.Join(',', o.MapDns.Exclude)) { IsLive = true },
        new(Name, "server", "a plain IPv4 or IPv6 address", o => o.MapDns.Server?.ToString()) { IsLive = true },
    ];

    private const int LongestTtl = 604_800;

    public static MapDnsOptions Read(SectionSettings settings)
    {
        InetAddress netmask = settings.Address("netmask", v6: false, "0.0.0.0 is used") ?? default;
        InetAddress network = settings.Address("network", v6: false, "0.0.0.0 is used") ?? default;
        int size = settings.Number("cache-size", new NumberRule(0, 0));
        InetAddress? network6 = settings.Address("network6", v6: true, "AAAA has no answers");
        int prefix6 = settings.Number("prefix6", new NumberRule(MapDnsOptions.DefaultPrefix6, 0, 127));
        if (size > 0)
        {
            Fits(settings, netmask, size);
            network = Base(settings, "network", network, InetAddress.FromV4(network.V4 & netmask.V4));
            Fits6(settings, network6, prefix6, size);
            if (network6 is { } base6)
                network6 = Base(settings, "network6", base6, InetNetwork.Masked(base6, prefix6));
        }
        return new MapDnsOptions
        {
            Address = settings.Address("address", v6: false, "0.0.0.0 is used") ?? default,
            Port = settings.Port("port", 53),
            Network = network,
            Netmask = netmask,
            CacheSize = size,
            Address6 = settings.Address("address6", v6: true, "IPv6 queries are answered nowhere"),
            Network6 = network6,
            Prefix6 = prefix6,
            Ttl = settings.Number("ttl", new NumberRule(1, 0, LongestTtl)),
            File = File(settings),
            HijackPort = Hijack(settings),
            Exclude = Exclude(settings),
            Server = Server(settings),
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

    private static void Fits6(SectionSettings settings, InetAddress? network6, int prefix6, int size)
    {
        if (network6 is null || 128 - prefix6 >= 31 || size < 1 << (128 - prefix6))
            return;
        settings.TryGet("cache-size", out Setting found);
        settings.Report.Error(
            found.Line, "mapdns.cache-size", $"found {Show(size)}", $"0 to {Show((1 << (128 - prefix6)) - 1)} with prefix6 {Show(prefix6)}");
    }

    private static ushort Hijack(SectionSettings settings)
    {
        const string Any = "any:";
        if (settings.Text("hijack") is not { } text || !settings.TryGet("hijack", out Setting setting))
            return 0;
        if (text.StartsWith(Any, StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(text.AsSpan(Any.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port != 0)
        {
            return port;
        }
        settings.Error("hijack", setting);
        return 0;
    }

    private static InetAddress? Server(SectionSettings settings)
    {
        if (settings.Text("server") is not { } text || !settings.TryGet("server", out Setting setting))
            return null;
        if (PlainAddress.TryParse(text, out InetAddress address))
            return address;
        settings.Error("server", setting);
        return null;
    }

    private static string[] Exclude(SectionSettings settings)
    {
        if (settings.Text("exclude") is not { } text || !settings.TryGet("exclude", out Setting setting))
            return [];
        var names = new List<string>();
        foreach (string name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (DomainText.TryParse(name, out string domain))
                names.Add(domain);
            else
                settings.Error("exclude", new Setting(name, setting.Line));
        }
        return [.. names];
    }

    private static string? File(SectionSettings settings)
    {
        if (settings.TryGet("file", out Setting setting) && setting.Text.Contains('\0'))
            settings.Error("file", setting);
        return settings.Text("file");
    }

    // The original joins base and index by OR: host bits in the base would give several names one address.
    private static InetAddress Base(SectionSettings settings, string name, InetAddress network, InetAddress trimmed)
    {
        if (trimmed != network && settings.TryGet(name, out Setting setting))
            settings.Warning(name, setting, $"{trimmed} is used");
        return trimmed;
    }

    private static string Show(long number) => number.ToString(CultureInfo.InvariantCulture);
}
