using System.Collections.Concurrent;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Shards;

/// <summary>Which shard owns which living flow.</summary>
/// <remarks>
/// The kernel's choice of a queue follows the queue that answers only for some 4 096 flows and for some seconds, so a
/// packet may reach a shard that does not know its flow. Asked when a flow opens, when it ends, and on such a miss;
/// never for a packet of a flow that its shard knows. Thread-safe.
/// </remarks>
public sealed class FlowDirectory
{
    private readonly ConcurrentDictionary<FlowKey, int> _owners = new();

    /// <summary>Makes an empty one.</summary>
    public FlowDirectory()
    {
        // The dictionary's first removal allocates; it is not to be a shard's.
        Claim(default, 0);
        Release(default);
    }

    /// <summary>Flows that have an owner.</summary>
    public int Count => _owners.Count;

    /// <summary>Makes <paramref name="shard"/> the owner unless somebody is; the value is who owns the flow now.</summary>
    public int Claim(in FlowKey flow, int shard) => _owners.GetOrAdd(flow, shard);

    /// <summary>The owner of a flow, or -1.</summary>
    public int Find(in FlowKey flow) => _owners.TryGetValue(flow, out int shard) ? shard : -1;

    /// <summary>Forgets a flow that has ended.</summary>
    public void Release(in FlowKey flow) => _owners.TryRemove(flow, out _);
}
