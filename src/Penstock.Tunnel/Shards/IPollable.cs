using Penstock.Linux.Events;

namespace Penstock.Tunnel.Shards;

/// <summary>Something with a descriptor that a shard's epoll watches.</summary>
internal interface IPollable
{
    /// <summary>The descriptor became ready; edges, so what is not used up must be remembered.</summary>
    void OnReady(EpollReady ready);
}
