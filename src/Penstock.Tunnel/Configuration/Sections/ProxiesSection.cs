using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Reads the <c>proxies</c> section: a mapping with a list in it, or the list alone.</summary>
/// <remarks>The original passes over the section, whatever it holds; a mistake in it is one of our users', and an error.</remarks>
internal static class ProxiesSection
{
    public const string Name = "proxies";

    private const string ProxyName = "name";
    private const int MaxName = 64;

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new(Name, "policy", "order, round-robin, least-sessions or hash-source", o => Show(o.Proxies.Policy)) { IsLive = true },
        new(Name, "check-interval", "0 (only proxies that have failed), or 50 to 3600000 milliseconds", o => Show(o.Proxies.CheckInterval)) { IsLive = true },
        new(Name, "check-timeout", "50 to 60000 milliseconds", o => Show(o.Proxies.CheckTimeout)) { IsLive = true },
        new(Name, "list", "a list of proxies: each a mapping with address, and name or any key of socks5", o => Names(o)) { IsList = true, IsLive = true },
    ];

    public static ProxiesOptions Read(SectionSettings settings, Socks5Options inherited)
    {
        var defaults = new ProxiesOptions();
        return new ProxiesOptions
        {
            Policy = Policy(settings),
            CheckInterval = Milliseconds(settings, "check-interval", defaults.CheckInterval, 3_600_000, orZero: true),
            CheckTimeout = Milliseconds(settings, "check-timeout", defaults.CheckTimeout, 60_000, orZero: false),
            List = List(settings, inherited),
        };
    }

    private static ProxyPolicy Policy(SectionSettings settings)
    {
        if (!settings.TryGet("policy", out Setting setting))
            return ProxyPolicy.Order;
        foreach (ProxyPolicy policy in (ReadOnlySpan<ProxyPolicy>)
            [ProxyPolicy.Order, ProxyPolicy.RoundRobin, ProxyPolicy.LeastSessions, ProxyPolicy.HashSource])
        {
            if (SectionSettings.Is(setting.Text, Show(policy)))
                return policy;
        }
        settings.Error("policy", setting);
        return ProxyPolicy.Order;
    }

    private static TimeSpan Milliseconds(SectionSettings settings, string name, TimeSpan absent, int most, bool orZero)
    {
        const int Least = 50;
        if (!settings.TryNumber(name, out Setting setting, out Values.CNumber number))
            return absent;
        if ((number.Value >= Least && number.Value <= most) || (number is { Value: 0, IsClean: true } && orZero))
            settings.TellUnclean(name, setting, number);
        else
            settings.Error(name, setting);
        return TimeSpan.FromMilliseconds(number.Value);
    }

    private static ProxyEntry[] List(SectionSettings settings, Socks5Options inherited)
    {
        if (settings.TryGet("list", out Setting single))
            settings.Error("list", single);
        if (settings.List is not { } list)
            return [];
        if (list.Items.Count is 0 or > ProxiesOptions.MaxProxies)
            settings.Report.Error(list.Line, "proxies.list", $"{list.Items.Count} proxies", $"1 to {ProxiesOptions.MaxProxies}");
        var entries = new List<ProxyEntry>();
        for (int i = 0; i < list.Items.Count && i < ProxiesOptions.MaxProxies; i++)
        {
            if (Entry(list.Items[i], $"proxies[{i}]", settings.Report, inherited) is not { } entry)
                continue;
            if (entries.Exists(other => other.Name == entry.Name))
                settings.Report.Error(list.Items[i].Line, $"proxies[{i}].name", $"there are two proxies {DiagnosticList.Quote(entry.Name)}", "a name that no other has");
            entries.Add(entry);
        }
        return [.. entries];
    }

    private static ProxyEntry? Entry(YamlNode node, string label, DiagnosticList report, Socks5Options inherited)
    {
        if (node.Kind != YamlNodeKind.Mapping)
        {
            report.Error(node.Line, label, $"found {node.Describe()}", "address: HOST, and any key of socks5");
            return null;
        }
        var settings = new SectionSettings(Socks5Section.Name, report, label);
        string? name = null;
        foreach ((YamlNode key, YamlNode value) in node.Pairs)
        {
            if (key.Kind != YamlNodeKind.Scalar || value.Kind != YamlNodeKind.Scalar)
                report.Error(key.Line, label, $"{(key.Kind == YamlNodeKind.Scalar ? $"key {DiagnosticList.QuoteKey(key.Text)} holds {value.Describe()}" : key.Describe() + " as a key")}", "a key with a single value");
            else if (key.Text == ProxyName)
                name = NameOf(value, label, report);
            else if (ConfigKeys.Find(Socks5Section.Name, key.Text) is null)
                report.Warning(key.Line, label, $"unknown key {DiagnosticList.QuoteKey(key.Text)}", Meant(key.Text), "it is passed over");
            else if (settings.TryGet(key.Text, out Setting earlier))
                report.Error(key.Line, settings.FullName(key.Text), $"the key appears again after line {earlier.Line}", "each key once");
            else
                settings.Set(key.Text, new Setting(value.Text, value.Line));
        }
        Socks5Options options = Socks5Section.Read(settings, inherited);
        if (settings.Text("address") is null)
            report.Error(node.Line, settings.FullName("address"), "missing", ConfigKeys.Find(Socks5Section.Name, "address")!.Accepted);
        if (options.Port == 0)
        {
            bool isSaid = settings.TryGet("port", out Setting port);
            report.Error(isSaid ? port.Line : node.Line, settings.FullName("port"), isSaid ? "found " + DiagnosticList.Quote(port.Text) : "missing", "1 to 65535");
        }
        BetweenSections.TellFamilies(settings, options);
        return new ProxyEntry(name ?? DefaultName(options), options);
    }

    private static string? NameOf(YamlNode value, string label, DiagnosticList report)
    {
        bool isGood = value.Text.Length is > 0 and <= MaxName && !value.Text.Any(char.IsControl);
        if (!isGood)
            report.Error(value.Line, $"{label}.name", $"found {DiagnosticList.Quote(value.Text)}", $"1 to {MaxName} characters");
        return isGood ? value.Text : null;
    }

    private static string DefaultName(Socks5Options options) =>
        options.Address.Contains(':') ? $"[{options.Address}]:{options.Port}" : $"{options.Address}:{options.Port}";

    private static string Meant(string unknown) =>
        ConfigKeys.Suggest(Socks5Section.Name, unknown) is string meant ? $"did you mean {meant}?" : "";

    private static string? Names(TunnelOptions options) =>
        options.Proxies.List.Count == 0 ? null : string.Join(',', options.Proxies.List.Select(entry => entry.Name));

    private static string Show(ProxyPolicy policy) => policy switch
    {
        ProxyPolicy.RoundRobin => "round-robin",
        ProxyPolicy.LeastSessions => "least-sessions",
        ProxyPolicy.HashSource => "hash-source",
        _ => "order",
    };

    private static string Show(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
