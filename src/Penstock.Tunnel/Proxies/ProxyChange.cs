using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Proxies;

/// <summary>Tells one shard that a proxy went down or came back: what waits for one that is down goes elsewhere; what is open is not touched.</summary>
internal sealed class ProxyChange(Shard shard, ProxyServer server) : IResumable
{
    public void Continue()
    {
        if (!server.Health.IsUp)
        {
            server.PoolOf(shard)?.Drop();
            shard.WarmAssociations.Close(server);
        }
        Reconsider(shard.Connecting);
        Reconsider(shard.Handshaking);
    }

    // Each call may move nodes, of this list and of others: the next one is looked up before, and a node that was put
    // at the end again waits for another proxy by then.
    private static void Reconsider(DeadlineList<SocketStream> waiting)
    {
        DeadlineNode<SocketStream>? node = waiting.Oldest;
        for (int count = waiting.Count; count > 0 && node is not null; count--)
        {
            DeadlineNode<SocketStream>? newer = node.Newer;
            (node.Owner as SocksStream)?.Reconsider();
            node = newer;
        }
    }
}
