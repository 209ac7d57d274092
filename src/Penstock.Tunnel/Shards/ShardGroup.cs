using System;
using System.Threading;
using Penstock.Linux;
using Penstock.Linux.Processes;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Proxies;

namespace Penstock.Tunnel.Shards;

/// <summary>What the shards of one tunnel have in common; they share nothing else.</summary>
internal sealed class ShardGroup(TunnelPlan plan, ILog log, MemoryBudget budget, PacketMemory memory, byte[] secret)
{
    private const int LeastHalfOpen = 128;
    private const int MostHalfOpenEver = 32_768;
    private Shard[] _shards = [];
    private bool _lacksQueues;
    private int _processors;
    private TunnelPlan _plan = plan;
    private int _sessions;

    /// <summary>The configuration in force and what was made of it.</summary>
    public TunnelPlan Plan => Volatile.Read(ref _plan);

    public TunnelOptions Options => Plan.Options;

    /// <summary>Exchanges the plan: for flows that begin from now on.</summary>
    public void Adopt(TunnelPlan next) => Volatile.Write(ref _plan, next);

    /// <summary>Half-open connections that a shard keeps: all shards together use half of the descriptors for them.</summary>
    public int MostHalfOpen { get; private set; } = int.MaxValue;

    public ILog Log { get; } = log;

    public Notices Notices { get; } = new(log);

    public MemoryBudget Budget { get; } = budget;

    public PacketMemory Memory { get; } = memory;

    /// <summary>Where the buffers of packets that were handed over come back.</summary>
    public BufferExchange Exchange { get; } = new();

    /// <summary>Seeds sequence numbers and hash tables; not to be guessed from outside.</summary>
    public byte[] Secret { get; } = secret;

    public FlowDirectory Directory { get; } = new();

    /// <summary>Who owns which UDP source: flows whose destination is left open.</summary>
    public FlowDirectory Sources { get; } = new();

    /// <summary>Asked about each socket towards a proxy or a relay before it connects; null: nobody is.</summary>
    public Func<int, bool>? ProtectSocket { get; init; }

    /// <summary>Ends of our own sockets that go direct: a flow from one of them has come back into the tunnel.</summary>
    public FlowDirectory DirectFlows { get; } = new();

    /// <summary>Gives back what a storm of flows has grown in the directories; for one thread, now and then.</summary>
    public void TrimDirectories()
    {
        Directory.Trim();
        Sources.Trim();
        DirectFlows.Trim();
    }

    /// <summary>Answers DNS and knows what mapped addresses stand for; null when the feature is off.</summary>
    public MappedDnsResolver? Names => Plan.Names;

    /// <summary>Where flows go.</summary>
    public ProxySet Proxies => Plan.Proxies;

    public Shard[] Shards => _shards;

    /// <summary>True when flows can belong to another shard than the one that their packets reach.</summary>
    public bool SharesFlows => _shards.Length > 1;

    /// <summary>Sessions of all shards.</summary>
    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>Whether the kernel gives an io_uring, or why not; null where none is wanted.</summary>
    public SysResult? Ring { get; init; }

    /// <summary>Operations of many flows enter the kernel together.</summary>
    public bool UsesRing => Ring is { IsSuccess: true };

    public void SetShards(Shard[] shards)
    {
        _shards = shards;
        _lacksQueues = Array.Exists(shards, shard => !shard.HasQueue);
        _processors = Processors.Allowed().Count;
        LookAtLimits();
    }

    /// <summary>
    /// True while a busy shard is to keep to a processor of its own: when more than half of the processors have one. With some
    /// to spare the scheduler has a better place than a fixed one. From any shard's thread.
    /// </summary>
    public bool KeepsShardsApart()
    {
        int busy = 0;
        foreach (Shard shard in _shards)
            busy += shard.IsBusy ? 1 : 0;
        return KeepsApart(busy, _processors);
    }

    internal static bool KeepsApart(int busy, int processors) => busy > 1 && 2 * busy > processors;

    /// <summary>Takes note of the limit of descriptors as it is now.</summary>
    public void LookAtLimits() =>
        MostHalfOpen = (int)Math.Clamp(ResourceLimits.OpenFiles.Soft / 2 / _shards.Length, LeastHalfOpen, MostHalfOpenEver);

    /// <summary>Passes a socket to the embedding program, before it connects.</summary>
    /// <returns>EPERM when that program does not want it to.</returns>
    public SysResult Protect(int descriptor) =>
        ProtectSocket is null || ProtectSocket(descriptor) ? SysResult.Ok() : SysResult.Failed(Errno.EPERM);

    /// <summary>The shard that is to open a new flow which reached <paramref name="arrival"/>.</summary>
    /// <remarks>
    /// Elsewhere only with load balancing, or when there are more shards than queues; and only when that shard has clearly
    /// less to do: a hand-over costs a copy and a wake-up.
    /// </remarks>
    public Shard Place(Shard arrival)
    {
        // A shard without a queue of its own has no other way to a flow.
        if (!_lacksQueues && !Options.Threading.EnableLoadBalancing)
            return arrival;
        Shard least = arrival;
        foreach (Shard shard in _shards)
        {
            if (shard.Load < least.Load)
                least = shard;
        }
        return arrival.Load > least.Load + 1 + least.Load / 8 ? least : arrival;
    }

    /// <summary>True while sessions must go to keep <c>max-session-count</c>.</summary>
    public bool IsOverfull => Options.Misc.MaxSessionCount is > 0 and int limit && Sessions > limit;

    /// <summary>Counts a new session.</summary>
    public void SessionOpened() => Interlocked.Increment(ref _sessions);

    public void SessionEnded() => Interlocked.Decrement(ref _sessions);

    /// <summary>The other shard with the least recently active session, if that is older than <paramref name="own"/>.</summary>
    public Shard? LeastRecentlyActive(Shard self, long own)
    {
        Shard? oldest = null;
        foreach (Shard shard in _shards)
        {
            if (shard == self || shard.OldestActivity >= own)
                continue;
            own = shard.OldestActivity;
            oldest = shard;
        }
        return oldest;
    }
}
