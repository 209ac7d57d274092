using System;
using System.Diagnostics;
using System.IO;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Writes the names into <c>mapdns.file</c> as they come, so that not only an orderly end keeps them.</summary>
/// <remarks>For one thread at a time, never a shard's: it writes files.</remarks>
internal sealed class NameKeeper(ShardGroup group)
{
    /// <summary>Writing takes one part in so many of the time at most.</summary>
    private const int Share = 50;

    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private TimeSpan _rest;
    private MappedDnsResolver? _written;
    private long _version;
    private string? _path;
    private bool _hasFailed;

    /// <summary>Writes if there are new names since the last time, unless that was just now.</summary>
    public void SaveIfChanged()
    {
        if (group.Names is not { } names || group.Options.MapDns.File is not { } path || _sinceLast.Elapsed < _rest)
            return;
        // What was read from the file need not be written into it.
        bool isKnown = _written is null ? names.Version == 0 : ReferenceEquals(_written, names) && names.Version == _version;
        if (!isKnown || (_path is not null && _path != path))
            Save();
    }

    /// <summary>Writes: the order of use is part of it.</summary>
    public void Save()
    {
        if (group.Names is not { } names || group.Options.MapDns.File is not { } path)
            return;
        (_written, _version, _path) = (names, names.Version, path);
        _sinceLast.Restart();
        try
        {
            MappedDnsFile.Save(names, path);
            _hasFailed = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_hasFailed)
                group.Log.Write(LogLevel.Warn, $"mapdns.file: the names are not kept: {e.Message}");
            _hasFailed = true;
        }
        _rest = _sinceLast.Elapsed * Share;
    }
}
