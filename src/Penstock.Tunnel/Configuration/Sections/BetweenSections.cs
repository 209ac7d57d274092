using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using Penstock.Tunnel.Configuration.Values;
using Penstock.Tunnel.MappedDns;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>What two sections say that cannot both be meant; each of them is sound by itself.</summary>
internal static class BetweenSections
{
    public static void Tell(SettingsReader settings, TunnelOptions options, DiagnosticList report)
    {
        if (report.HasErrors)
            return;
        BoundDirectly(settings[BypassSection.Name], options, report);
        if (options.MapDns.CacheSize > 0)
            Mapped(settings, options, report);
        else if (options.Bypass.Domains.Count > 0)
            report.Warning(LineOf(settings[BypassSection.Name], "list"), "bypass.list", $"{DiagnosticList.Quote(options.Bypass.Domains[0])} is a name, and names are known through mapdns alone", "mapdns with a cache-size", "nothing goes direct by its name");
    }

    /// <summary>A local address binds sockets of its own family.</summary>
    public static void TellFamilies(SectionSettings settings, Socks5Options proxy)
    {
        if (proxy.BindAddress is { } local && PlainAddress.TryParse(proxy.Address, out InetAddress remote) && remote.IsV6 != local.IsV6)
            TellFamilies(settings.Report, LineOf(settings, "bind-address", "address"), settings.FullName("bind-address"), local, $"the proxy {remote}");
    }

    private static void BoundDirectly(SectionSettings settings, TunnelOptions options, DiagnosticList report)
    {
        IReadOnlyList<InetNetwork> networks = options.Bypass.Networks;
        if ((options.Bypass.BindAddress ?? options.Socks5.BindAddress) is { } local
            && options.Bypass.Domains.Count == 0 && networks.Count > 0 && networks.All(network => network.Address.IsV6 != local.IsV6))
        {
            TellFamilies(report, LineOf(settings, "bind-address", "list"), "bypass.bind-address", local, networks[0].ToString());
        }
    }

    private static void TellFamilies(DiagnosticList report, int line, string key, InetAddress local, string remote) => report.Warning(
        line, key, $"{local} is in force, and {remote} is of the other family", $"an {(local.IsV6 ? "IPv4" : "IPv6")} address", "these sockets are bound to no address");

    private static void Mapped(SettingsReader settings, TunnelOptions options, DiagnosticList report)
    {
        MapDnsOptions names = options.MapDns;
        int prefix = BitOperations.PopCount(names.Netmask.V4);
        MappedNetwork? network6 = names.Network6 is { } base6 ? new MappedNetwork(base6, names.Prefix6) : null;
        var room = new MappedRoom(MappedDnsOptions.From(names, options.Tun)!, new MappedNetwork(names.Network, prefix), network6);
        if (room.IsEmpty)
            report.Error(LineOf(settings[MapDnsSection.Name], "cache-size"), "mapdns.cache-size", "mapdns.address and the addresses of the tunnel leave none in the network", "a larger network");
        IReadOnlyList<ProxyEntry> list = options.Proxies.List;
        if (list.Count == 0)
            Proxy(options.Socks5, "socks5", LineOf(settings[Socks5Section.Name], "address"));
        for (int i = 0; i < list.Count; i++)
            Proxy(list[i].Socks5, $"proxies[{i}]", settings[ProxiesSection.Name].List?.Items[i].Line ?? 0);

        void Proxy(Socks5Options proxy, string label, int line)
        {
            if (!PlainAddress.TryParse(proxy.Address, out InetAddress address) || !room.MayGive(address))
                return;
            string network = address.IsV6 ? $"mapdns.network6, {names.Network6}/{names.Prefix6}" : $"mapdns.network, {names.Network}/{prefix}";
            report.Error(line, label + ".address", $"{address} is an address that {network}, gives to names", "a network without the proxy in it");
        }
    }

    private static int LineOf(SectionSettings settings, params string[] keys)
    {
        foreach (string key in keys)
        {
            if (settings.TryGet(key, out Setting setting))
                return setting.Line;
        }
        return settings.List?.Line ?? 0;
    }
}
