using System.Linq;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel;

/// <summary>Tells one shard of a new plan: timeouts count from now on, and ready connections and associations of proxies that are gone close.</summary>
internal sealed class PlanAdoption(Shard shard, TunnelPlan before, TunnelPlan next) : IResumable
{
    public void Continue()
    {
        shard.Adopt(next);
        foreach (ProxyServer server in before.Proxies.Servers)
        {
            if (next.Proxies.Servers.Contains(server))
                continue;
            server.ClosePool(shard);
            shard.WarmAssociations.Close(server);
        }
    }
}
