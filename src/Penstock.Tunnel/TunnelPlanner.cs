using System.Collections.Generic;
using System.IO;
using System.Linq;
using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel;

/// <summary>Makes plans from configurations, and takes over from the plan before what has not changed.</summary>
internal sealed class TunnelPlanner(int shards, BlockingWork work)
{
    private readonly HostNames _hosts = new(work);

    /// <summary>The plan of a start.</summary>
    /// <exception cref="IOException"><c>mapdns.file</c> cannot be used; the message names it.</exception>
    public TunnelPlan First(TunnelOptions options) => Make(null, options);

    /// <summary>The plan of a reload.</summary>
    /// <exception cref="IOException">As above, and nothing has changed.</exception>
    public TunnelPlan Next(TunnelPlan before, TunnelOptions options) => Make(before, options);

    // The names first: they alone can fail.
    private TunnelPlan Make(TunnelPlan? before, TunnelOptions options)
    {
        MappedDnsResolver? names = NamesOf(before, options);
        return new TunnelPlan(options, ProxiesOf(options, before?.Proxies), BypassRules.From(options, _hosts), names);
    }

    private ProxySet ProxiesOf(TunnelOptions options, ProxySet? earlier)
    {
        ProxyEntry[] entries = options.Proxies.List.Count > 0
            ? [.. options.Proxies.List]
            : [new ProxyEntry("socks5", options.Socks5)];
        ProxyServer[] servers = new ProxyServer[entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            ProxyEntry entry = entries[i];
            ProxyServer? same = earlier?.Servers.FirstOrDefault(server => server.Name == entry.Name);
            servers[i] = same is not null && same.Options == entry.Socks5 ? same : new ProxyServer(entry, shards, work, same);
        }
        return new ProxySet(servers, options.Proxies.Policy);
    }

    private static MappedDnsResolver? NamesOf(TunnelPlan? before, TunnelOptions options)
    {
        MapDnsOptions section = options.MapDns;
        MapDnsOptions? old = before?.Options.MapDns;
        if (old is not null && section with { Exclude = old.Exclude } == old && section.Exclude.SequenceEqual(old.Exclude))
            return before!.Names;
        if (MappedDnsOptions.From(section, options.Tun) is not { } wanted)
            return null;
        MappedDnsResolver? earlier = old is not null && KeepsAddresses(old, section) ? before!.Names : null;
        // What was kept there is read once: when names begin, and when the file is another one.
        bool isRead = section.File is not null && (earlier is null || section.File != old!.File);
        IReadOnlyList<(int Index, string Name)> kept = isRead ? MappedDnsFile.Read(section.File!) : [];
        MappedDnsResolver names = new(wanted, earlier);
        MappedDnsFile.Restore(names, kept);
        return names;
    }

    private static bool KeepsAddresses(MapDnsOptions old, MapDnsOptions section) =>
        (old.Network, old.Netmask, old.Network6, old.Prefix6) == (section.Network, section.Netmask, section.Network6, section.Prefix6);
}
