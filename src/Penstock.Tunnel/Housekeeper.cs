using System;
using System.Threading;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel;

/// <summary>The thread that gives the collector's memory back after a load has gone, and keeps the mapped names in their file.</summary>
/// <remarks>
/// An idle tunnel allocates nothing, so the collector would never run again and closed sessions would stay resident.
/// Looks a few times a minute; collects when the sessions have fallen to half of their peak, and once more when the
/// shards have given back what those sessions had grown (and TIME-WAIT is over).
/// </remarks>
internal sealed class Housekeeper(ShardGroup group, NameKeeper names)
{
    private const int Worthwhile = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;
    private int _peak;
    private bool _isMoreToCome;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "penstock-keep" };
        _thread.Start();
    }

    public void Stop()
    {
        _stop.Set();
        _thread?.Join();
    }

    private void Run()
    {
        Linux.Processes.Threads.SetName("penstock-keep");
        while (!_stop.Wait(Interval))
        {
            names.SaveIfChanged();
            int sessions = group.Sessions;
            if (sessions > _peak)
                _peak = sessions;
            group.TrimDirectories();
            bool haveFallen = _peak - sessions >= Worthwhile && sessions <= _peak / 2;
            if (!haveFallen && !_isMoreToCome)
                continue;
            _isMoreToCome = haveFallen;
            _peak = sessions;
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
