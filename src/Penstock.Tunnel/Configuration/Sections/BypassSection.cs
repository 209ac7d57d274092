using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Penstock.Tunnel.Configuration.Values;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Reads the <c>bypass</c> section: a mapping with a list in it, or the list alone.</summary>
internal static class BypassSection
{
    public const string Name = "bypass";

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new(Name, "list", "networks (192.0.2.0/24), addresses and " + DomainText.Accepted + ", as a list or separated by commas", o => Show(o.Bypass)) { IsList = true, IsLive = true },
        new(Name, "mark", "0 to 4294967295: decimal, 0x hexadecimal or, with a leading 0, octal", o => o.Bypass.Mark?.ToString(CultureInfo.InvariantCulture)) { IsLive = true },
        new(Name, "bind-interface", "an interface name of 1 to 15 bytes", o => o.Bypass.BindInterface) { IsLive = true },
        new(Name, "bind-address", "a plain IPv4 or IPv6 address", o => o.Bypass.BindAddress?.ToString()) { IsLive = true },
    ];

    public static BypassOptions Read(SectionSettings settings, Socks5Options socks5)
    {
        var networks = new List<InetNetwork>();
        var domains = new List<string>();
        foreach (Setting entry in Entries(settings))
        {
            if (InetNetwork.TryParse(entry.Text, out InetNetwork network, out bool hadHostBits))
            {
                networks.Add(network);
                if (hadHostBits)
                    settings.Warning("list", entry, $"{network} is used");
            }
            else if (DomainText.TryParse(entry.Text, out string domain))
            {
                domains.Add(domain);
            }
            else
            {
                settings.Error("list", entry);
            }
        }
        var options = new BypassOptions
        {
            Networks = networks,
            Domains = domains,
            Mark = settings.TryGet("mark", out _) ? Socks5Section.Mark(settings, 0) : null,
            BindInterface = Socks5Section.BindInterface(settings),
            BindAddress = Socks5Section.BindAddress(settings),
        };
        if (!options.IsEmpty && (options.Mark ?? socks5.Mark) == 0 && (options.BindInterface ?? socks5.BindInterface) is null)
        {
            settings.Report.Note(
                settings.List?.Line ?? 0, "bypass.mark", "missing, and bypass.bind-interface and their likes in socks5 as well", "",
                "the routes alone must keep what goes direct out of the tunnel");
        }
        return options;
    }

    private static IEnumerable<Setting> Entries(SectionSettings settings)
    {
        if (settings.TryGet("list", out Setting single))
        {
            foreach (string part in single.Text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                yield return new Setting(part, single.Line);
        }
        foreach (YamlNode item in settings.List?.Items ?? [])
        {
            if (item.Kind == YamlNodeKind.Scalar)
                yield return new Setting(item.Text.Trim(), item.Line);
            else
                settings.Report.Error(item.Line, settings.FullName("list"), $"found {item.Describe()}", "single values");
        }
    }

    private static string? Show(BypassOptions options) =>
        options.IsEmpty ? null : string.Join(',', options.Networks.Select(network => network.ToString()).Concat(options.Domains));
}
