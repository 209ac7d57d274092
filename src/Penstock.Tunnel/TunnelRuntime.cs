using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using Penstock.Linux.Batches;
using Penstock.Linux.Processes;
using Penstock.Linux.Tun;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Hosting;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Statistics;

namespace Penstock.Tunnel;

/// <summary>A running tunnel: the device, its shards, and the thread that looks after them.</summary>
/// <remarks>
/// <code>
///   Start: device → buffers → shards → threads        Stop: shards end their sessions → threads end → device closed
/// </code>
/// Several tunnels may run in one process. All members are thread-safe.
/// </remarks>
public sealed class TunnelRuntime : IDisposable
{
    private readonly TunDevice _device;
    private readonly TunnelHost _host;
    private readonly string _directory;
    private readonly NativePacketMemory _memory = new();
    private readonly ShardGroup _group;
    private readonly Shard[] _shards;
    private readonly BlockingWork _work;
    private readonly TunnelPlanner _planner;
    private readonly ManualResetEventSlim _ended = new();
    private readonly NameKeeper _names;
    private readonly Housekeeper _housekeeper;
    private readonly ProxyChecker _checker;
    private readonly Lock _lock = new();
    private string? _failure;
    private bool _stopped;
    private int _reloads;

    private TunnelRuntime(TunDevice device, TunnelOptions options, ILog log, TunnelHost host)
    {
        _device = device;
        _host = host;
        _directory = host.Directory ?? Environment.CurrentDirectory;
        _work = new BlockingWork(options.Threading.WorkQueueSize);
        long limit = options.Misc.MemoryBudget > 0
            ? options.Misc.MemoryBudget
            : MiscOptions.DefaultMemoryBudget(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _shards = new Shard[ShardCount(options, device)];
        _planner = new TunnelPlanner(_shards.Length, _work);
        _group = new ShardGroup(
            _planner.First(Rooted(options)), log, new MemoryBudget(limit), _memory, RandomNumberGenerator.GetBytes(16))
        {
            ProtectSocket = _host.ProtectSocket,
            Ring = UseRing(options, host) ? IoBatch.ProbeRing() : null,
        };
        for (int i = 0; i < _shards.Length; i++)
        {
            bool hasQueue = i < device.Queues.Count;
            _shards[i] = new Shard(i, _shards.Length, _group, device.Queues[hasQueue ? i : 0], hasQueue, device.Features, Fail);
        }
        // Counted like the interface counts them, whoever reads them.
        _shards[0].Counters.PacketsToTun = device.Probes.Packets;
        _shards[0].Counters.BytesToTun = device.Probes.Bytes;
        _group.SetShards(_shards);
        _names = new NameKeeper(_group);
        _housekeeper = new Housekeeper(_group, _names);
        _checker = new ProxyChecker(_group);
    }

    /// <summary>The interface's name; empty for a descriptor that was handed in.</summary>
    public string InterfaceName => _device.Name;

    /// <summary>The interface's index; 0 for a descriptor that was handed in.</summary>
    public int InterfaceIndex => _device.Index;

    /// <summary>The configuration in force.</summary>
    public TunnelOptions Options => _group.Options;

    /// <summary>Why the tunnel ended by itself, or null.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    /// <summary>Opens the device and starts the shards.</summary>
    /// <param name="options">Everything that the tunnel is told.</param>
    /// <param name="log">Takes lines from any thread.</param>
    /// <param name="tunDescriptor">A TUN descriptor to use as it is, never configured and never closed; -1 opens a device.</param>
    /// <exception cref="TunException">The device could not be opened or configured; the message says what to do.</exception>
    /// <exception cref="IOException"><c>mapdns.file</c> cannot be used; the message says what to do.</exception>
    public static TunnelRuntime Start(TunnelOptions options, ILog log, int tunDescriptor = -1) =>
        Start(options, log, TunnelHost.None with { TunDescriptor = tunDescriptor });

    /// <summary>Opens the device and starts the shards.</summary>
    /// <param name="options">Everything that the tunnel is told.</param>
    /// <param name="log">Takes lines from any thread.</param>
    /// <param name="host">What the embedding program lends.</param>
    /// <exception cref="TunException">The device could not be opened or configured; the message says what to do.</exception>
    /// <exception cref="IOException"><c>mapdns.file</c> cannot be used; the message says what to do.</exception>
    public static TunnelRuntime Start(TunnelOptions options, ILog log, TunnelHost host)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(host);
        TunDevice device = host.TunDescriptor >= 0 ? TunDevice.FromDescriptor(host.TunDescriptor) : DeviceSetup.Open(options);
        TunnelRuntime runtime;
        try
        {
            runtime = new TunnelRuntime(device, options, log, host);
        }
        catch
        {
            device.Dispose();
            throw;
        }
        try
        {
            log.Write(LogLevel.Info, runtime.Describe());
            foreach (Shard shard in runtime._shards)
                shard.Start();
            runtime._housekeeper.Start();
            runtime._checker.Adopt();
            return runtime;
        }
        catch
        {
            runtime.Dispose(); // no more threads: those that run are ended
            throw;
        }
    }

    /// <summary>Waits until the tunnel has failed or <see cref="Stop"/> was called.</summary>
    public void Wait() => _ended.Wait();

    /// <summary>Waits for at most the given time; true when the tunnel has ended.</summary>
    public bool Wait(TimeSpan time) => _ended.Wait(time);

    /// <summary>Puts another configuration into force, as far as that can be done while running; open flows are not touched.</summary>
    /// <param name="options">All options, not only those that differ.</param>
    /// <returns>What is in force now, and what waits for the next start.</returns>
    /// <exception cref="IOException"><c>mapdns.file</c> cannot be used: everything stays; the message says what to do.</exception>
    public ReloadReport Reload(TunnelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (_lock)
        {
            TunnelPlan before = _group.Plan;
            ReloadReport report = ReloadReport.Compare(before.Options, Rooted(options));
            if (_stopped)
                return report;
            TunnelPlan next = report.Changed.Count > 0 ? _planner.Next(before, report.InForce) : before;
            _group.LookAtLimits();
            _reloads++;
            if (ReferenceEquals(next, before))
                return report;
            _group.Adopt(next);
            _checker.Adopt();
            foreach (Shard shard in _shards)
                shard.PostPatiently(ShardMessage.Call(new PlanAdoption(shard, before, next)));
            _names.Leave(before, next);
            return report;
        }
    }

    /// <summary>Takes note of a limit of descriptors that has changed.</summary>
    public void LookAtLimits() => _group.LookAtLimits();

    /// <summary>Ends all sessions (their apps see RST) and the threads; the device stays open until <see cref="Dispose"/>.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            _checker.Stop();
            foreach (Shard shard in _shards)
            {
                SpinWait spin = default;
                while (!shard.Post(ShardMessage.Stop) && shard.IsAlive)
                    spin.SpinOnce(); // a full mailbox is being emptied by its shard, unless that has failed
            }
            foreach (Shard shard in _shards)
                shard.Join();
            _housekeeper.Stop();
            _work.Dispose();
            _names.Save();
        }
        End();
    }

    /// <summary>Stops, and closes the device: a non-persistent interface vanishes.</summary>
    public void Dispose()
    {
        Stop();
        foreach (Shard shard in _shards)
            shard.Dispose();
        _checker.Dispose();
        _device.Dispose();
        _memory.Dispose();
    }

    /// <summary>Everything that is counted, now.</summary>
    public TunnelStatistics Snapshot()
    {
        List<ShardStatistics> shards = new(_shards.Length);
        foreach (Shard shard in _shards)
            shards.Add(new ShardStatistics(shard.Index, shard.Counters, shard.Tcp, shard.MailboxDepth, shard.Pool.InUse));
        return new TunnelStatistics
        {
            Shards = shards,
            MemoryUsed = _group.Budget.Used,
            MemoryLimit = _group.Budget.Limit,
            BlockingWorkDepth = _work.Depth,
            Reloads = Volatile.Read(ref _reloads),
            Proxies = ProxyStatistics.Of(_group.Proxies),
        };
    }

    /// <summary>The line that is logged at the start.</summary>
    public string Describe()
    {
        ThreadingOptions threading = _group.Options.Threading;
        return $"{(InterfaceName.Length > 0 ? InterfaceName : "descriptor")}: {Processors.Allowed().Count} processors, "
            + $"{_shards.Length} shards on {_device.Queues.Count} queues, mailboxes {Mailbox<ShardMessage>.DefaultCapacity}, "
            + $"blocking work {threading.WorkQueueSize}, packet memory {_group.Budget.Limit >> 20} MiB, offloads {Offloads(_device.Features)}, "
            + $"io_uring {(_group.Ring is not { } ring ? "off" : ring.IsSuccess ? "on" : $"refused ({ring.Name})")}";
    }

    /// <summary>Whoever hands a descriptor in may live in a sandbox that ends a process for asking: Android's does.</summary>
    private static bool UseRing(TunnelOptions options, TunnelHost host) =>
        options.Tun.IoUring == IoUringUse.On || (options.Tun.IoUring == IoUringUse.Auto && host.TunDescriptor < 0);

    private static string Offloads(TunFeatures features)
    {
        List<string> words = [];
        if (features.Checksum)
            words.Add("csum");
        if (features.Tso4)
            words.Add("tso4");
        if (features.Tso6)
            words.Add("tso6");
        if (features.Uso)
            words.Add("uso");
        if (features.Big)
            words.Add("big");
        string granted = words.Count > 0 ? string.Join(",", words) : "none";
        return features.Refusals.Count == 0 ? granted : $"{granted} ({string.Join("; ", features.Refusals)})";
    }

    private static int ShardCount(TunnelOptions options, TunDevice device)
    {
        int wanted = options.Threading.NumWorkers;
        if (wanted > 0)
            return wanted;
        // Without a number: as many as there are queues; a single-queue device is best served by one thread.
        return device.Queues.Count;
    }

    /// <summary>Whatever the working directory is when the names are written.</summary>
    private TunnelOptions Rooted(TunnelOptions options) => options.MapDns.File is not { } file ? options : options with
    {
        MapDns = options.MapDns with { File = Path.GetFullPath(file, _directory) },
    };

    private void Fail(string reason)
    {
        if (Interlocked.CompareExchange(ref _failure, reason, null) is null)
            End();
    }

    private void End()
    {
        _ended.Set();
        _host.Ended?.Invoke();
    }
}
