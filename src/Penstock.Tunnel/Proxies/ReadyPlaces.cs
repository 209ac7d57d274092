using System.Threading;

namespace Penstock.Tunnel.Proxies;

/// <summary>How many may stand ready at one proxy: a bound for all shards together, of which each has its part.</summary>
/// <remarks>
/// Without parts, shards that few flows reach would hold all places for as long as the others' flows keep them wanted,
/// and those would find none ready. Where there are more shards than places, the first to come have one each.
/// Thread-safe; a shard's own count is for its thread.
/// </remarks>
/// <param name="bound">For all shards; 0 is none.</param>
/// <param name="shards">Number of shards.</param>
internal sealed class ReadyPlaces(int bound, int shards)
{
    private readonly int[] _ofShard = new int[shards];
    private int _taken;

    /// <summary>Places that are taken, by all shards.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a place; false when the shard's part or the bound is used up.</summary>
    public bool TryTake(int shard)
    {
        if (_ofShard[shard] >= PartOf(shard))
            return false;
        if (Interlocked.Increment(ref _taken) > bound)
        {
            Interlocked.Decrement(ref _taken);
            return false;
        }
        _ofShard[shard]++;
        return true;
    }

    /// <summary>Gives a place back.</summary>
    public void GiveBack(int shard)
    {
        _ofShard[shard]--;
        Interlocked.Decrement(ref _taken);
    }

    private int PartOf(int shard) => bound < shards ? 1 : bound / shards + (shard < bound % shards ? 1 : 0);
}
