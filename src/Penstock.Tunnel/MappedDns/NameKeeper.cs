using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Writes the names into <c>mapdns.file</c> as they come, so that not only an orderly end keeps them.</summary>
/// <remarks>Never for a shard's thread: it writes files.</remarks>
internal sealed class NameKeeper
{
    /// <summary>Writing takes one part in so many of the time at most.</summary>
    private const int Share = 50;

    private readonly ShardGroup _group;
    private readonly Lock _lock = new();
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private TimeSpan _rest;
    private NameTable? _table;
    private long _version;
    private string? _path;
    private bool _hasFailed;

    /// <param name="group">Its names are those that were read from the file, if any.</param>
    public NameKeeper(ShardGroup group)
    {
        _group = group;
        (_table, _path) = (group.Names?.Names, group.Options.MapDns.File);
    }

    /// <summary>Writes if there are new names since the last time, or another file, unless that was just now.</summary>
    public void SaveIfChanged()
    {
        lock (_lock)
        {
            TunnelPlan plan = _group.Plan;
            bool isKnown = plan.Names is { } names
                && ReferenceEquals(_table, names.Names) && _version == names.Version && _path == plan.Options.MapDns.File;
            if (!isKnown && _sinceLast.Elapsed >= _rest)
                Save(plan);
        }
    }

    /// <summary>Writes: the order of use is part of it.</summary>
    public void Save()
    {
        lock (_lock)
            Save(_group.Plan);
    }

    /// <summary>After a reload: what the plan before kept in a file, and the next one does not, is written there once more.</summary>
    public void Leave(TunnelPlan before, TunnelPlan next)
    {
        lock (_lock)
        {
            if (next.Names is null || next.Options.MapDns.File != before.Options.MapDns.File)
                Save(before);
        }
    }

    private void Save(TunnelPlan plan)
    {
        if (plan.Names is not { } names || plan.Options.MapDns.File is not { } path)
            return;
        (_table, _version, _path) = (names.Names, names.Version, path);
        _sinceLast.Restart();
        try
        {
            MappedDnsFile.Save(names, path);
            _hasFailed = false;
        }
        catch (IOException e)
        {
            if (!_hasFailed)
                _group.Log.Write(LogLevel.Warn, $"the mapped names are not kept: {e.Message}");
            _hasFailed = true;
        }
        _rest = _sinceLast.Elapsed * Share;
    }
}
