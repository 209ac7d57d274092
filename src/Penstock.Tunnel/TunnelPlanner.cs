using System.IO;
using System.Linq;
using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel;

/// <summary>Makes plans from configurations, and takes over from the plan before what has not changed.</summary>
internal sealed class TunnelPlanner(int shards, BlockingWork work, ILog log)
{
    private readonly HostNames _hosts = new(work);

    /// <summary>The plan of a start.</summary>
    public TunnelPlan First(TunnelOptions options) =>
        new(options, ProxiesOf(options, null), BypassRules.From(options, _hosts), FirstNames(options.MapDns));

    /// <summary>The plan of a reload.</summary>
    public TunnelPlan Next(TunnelPlan before, TunnelOptions options) =>
        new(options, ProxiesOf(options, before.Proxies), BypassRules.From(options, _hosts), NextNames(before, options.MapDns));

    /// <summary>Names that the old resolver gave an address while the new one was being made keep it.</summary>
    public static void CatchUp(TunnelPlan before, TunnelPlan next)
    {
        if (before.Names is { } old && next.Names is { } names && !ReferenceEquals(old, names) && KeepsAddresses(before.Options.MapDns, next.Options.MapDns))
            Copy(old, names);
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

    private static MappedDnsResolver? NextNames(TunnelPlan before, MapDnsOptions section)
    {
        MapDnsOptions old = before.Options.MapDns;
        if (section with { Exclude = old.Exclude } == old && section.Exclude.SequenceEqual(old.Exclude))
            return before.Names;
        if (MappedDnsOptions.From(section) is not { } options)
            return null;
        MappedDnsResolver names = new(options);
        if (before.Names is not null && KeepsAddresses(old, section))
            Copy(before.Names, names);
        return names;
    }

    private static bool KeepsAddresses(MapDnsOptions old, MapDnsOptions section) =>
        (old.Network, old.Netmask, old.Network6, old.Prefix6) == (section.Network, section.Netmask, section.Network6, section.Prefix6);

    // Without room for all, those used last stay: they come last in a snapshot, and an index is taken once.
    private static void Copy(MappedDnsResolver from, MappedDnsResolver to)
    {
        foreach ((int index, string name) in from.Snapshot())
            to.TryRestore(index, name);
    }

    private MappedDnsResolver? FirstNames(MapDnsOptions section)
    {
        if (MappedDnsOptions.From(section) is not { } options)
            return null;
        MappedDnsResolver names = new(options);
        if (section.File is { } path)
        {
            try
            {
                MappedDnsFile.Load(names, path);
            }
            catch (System.Exception e) when (e is IOException or InvalidDataException or System.UnauthorizedAccessException)
            {
                log.Write(LogLevel.Warn, $"mapdns.file: the names are forgotten: {e.Message}");
            }
        }
        return names;
    }
}
