using System.IO;
using System.Linq;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel;

/// <summary>Makes plans from configurations, and takes over from the plan before what has not changed.</summary>
internal sealed class TunnelPlanner(int shards, BlockingWork work, ILog log)
{
    /// <summary>The plan of a start.</summary>
    public TunnelPlan First(TunnelOptions options) => new(options, ProxiesOf(options, null), FirstNames(options.MapDns));

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
