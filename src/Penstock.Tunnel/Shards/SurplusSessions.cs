using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Shards;

/// <summary>Ends a shard's sessions above limits that a reload has lowered, the least recently active first, some in each turn.</summary>
/// <remarks>
/// What is above the tunnel's limit ends where the least recently active session is: that shard is asked to go on, and
/// asks the next one in its turn, so that the order holds as well as <see cref="Shard.OldestActivity"/> tells. For the
/// shard's thread.
/// </remarks>
internal sealed class SurplusSessions(Shard shard, ShardGroup group) : IResumable
{
    private const int Turn = 32;
    private bool _waits;

    /// <summary>Limits may be lower than they were.</summary>
    public void Begin()
    {
        if (_waits)
            return;
        _waits = true;
        shard.Later(this);
    }

    /// <summary>A portion of this turn, or another shard's request.</summary>
    public void Continue()
    {
        _waits = false;
        for (int ended = 0; ended < Turn; ended++)
        {
            bool isShardFull = shard.IsOverfull;
            if (!isShardFull && !group.IsOverfull)
                return;
            if (!isShardFull && shard.OlderElsewhere() is { } other)
            {
                if (other.AskToShed())
                    return;
                break; // its mailbox is full: in the next turn
            }
            if (!shard.HasSessions)
                return;
            shard.EvictOldest();
        }
        Begin();
    }
}
