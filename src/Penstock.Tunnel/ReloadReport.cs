using System.Collections.Generic;
using System.Linq;
using Penstock.Tunnel.Configuration;

namespace Penstock.Tunnel;

/// <summary>What a reload has done.</summary>
/// <param name="InForce">The options in force from now on.</param>
/// <param name="Changed">Keys whose new value is in force.</param>
/// <param name="Waiting">Keys whose new value waits for the next start.</param>
public sealed record ReloadReport(TunnelOptions InForce, IReadOnlyList<string> Changed, IReadOnlyList<string> Waiting)
{
    /// <summary>What becomes of the options in force when others are wanted.</summary>
    /// <param name="old">In force.</param>
    /// <param name="wanted">Wanted.</param>
    public static ReloadReport Compare(TunnelOptions old, TunnelOptions wanted)
    {
        var changed = new List<string>();
        var waiting = new List<string>();
        foreach (ConfigKey key in ConfigKeys.All)
        {
            if (!IsSame(key, old, wanted))
                (key.IsLive ? changed : waiting).Add(key.FullName);
        }
        return new ReloadReport(Merge(old, wanted), changed, waiting);
    }

    // A key's text says everything but for secrets, and for the proxies, of which it has the names.
    private static bool IsSame(ConfigKey key, TunnelOptions old, TunnelOptions wanted)
    {
        if (key.IsSecret)
            return Equals(old.Socks5.Credentials, wanted.Socks5.Credentials);
        return key.Effective(old) == key.Effective(wanted)
            && (key.FullName != "proxies.list" || old.Proxies.List.SequenceEqual(wanted.Proxies.List));
    }

    private static TunnelOptions Merge(TunnelOptions old, TunnelOptions wanted) => wanted with
    {
        Tun = old.Tun,
        Misc = wanted.Misc with
        {
            TcpBufferSize = old.Misc.TcpBufferSize,
            LogTarget = old.Misc.LogTarget,
            PidFile = old.Misc.PidFile,
            MemoryBudget = old.Misc.MemoryBudget,
        },
        Threading = wanted.Threading with
        {
            NumWorkers = old.Threading.NumWorkers,
            EnableCpuAffinity = old.Threading.EnableCpuAffinity,
            WorkQueueSize = old.Threading.WorkQueueSize,
        },
    };
}
