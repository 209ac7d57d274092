using System.Linq;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel;

/// <summary>Tells one shard of a new plan: timeouts count from now on, and ready connections to proxies that are gone close.</summary>
internal sealed class PlanAdoption(Shard shard, TunnelPlan before, TunnelPlan next) : IResumable
{
    public void Continue()
    {
        shard.Adopt(next);
        foreach (ProxyServer server in before.Proxies.Servers)
        {
            if (!next.Proxies.Servers.Contains(server))
                server.PoolOf(shard)?.Close();
        }
    }
}
