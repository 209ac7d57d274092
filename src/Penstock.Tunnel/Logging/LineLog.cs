using System;
using System.Collections.Generic;
using System.Threading;
using Penstock.Linux.Processes;

namespace Penstock.Tunnel.Logging;

/// <summary>A log that writes a line at a time from a thread of its own.</summary>
/// <remarks>
/// <code>
///   any thread: level? ── put into the queue ──► "log" thread: form the line, one write
///                              └── queue full: counted, and told as soon as there is room
/// </code>
/// A caller holds a lock for as long as it takes to put one entry into an array, so that neither a slow disk nor a
/// reader that stopped reading holds up a shard; the queue is bounded, so that neither fills the memory.
/// </remarks>
public sealed class LineLog : ILog, IDisposable
{
    /// <summary>Lines that wait at most.</summary>
    public const int Capacity = 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly ILineSink _sink;
    private readonly TimeProvider _time;
    private readonly Queue<(DateTime Time, LogLevel Level, string Text)> _waiting = new(64);
    private readonly object _lock = new();
    private readonly Thread _writer;
    private volatile LogLevel _level;
    private long _lost;
    private bool _writing;
    private bool _closed;

    /// <summary>Starts the log's thread.</summary>
    /// <param name="sink">Where lines go; disposed with the log.</param>
    /// <param name="level">The least level that is written.</param>
    /// <param name="time">The clock, and whose local time; null for the system's.</param>
    public LineLog(ILineSink sink, LogLevel level, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sink = sink;
        _level = level;
        _time = time ?? TimeProvider.System;
        _writer = new Thread(WriteLines, maxStackSize: 256 * 1024) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>The least level that is written; may change at any time.</summary>
    public LogLevel Level
    {
        get => _level;
        set => _level = value;
    }

    /// <inheritdoc/>
    public bool IsOn(LogLevel level) => level >= _level;

    /// <inheritdoc/>
    public void Write(LogLevel level, string text)
    {
        if (level < _level)
            return;
        DateTime now = _time.GetLocalNow().DateTime;
        lock (_lock)
        {
            if (_closed)
                return;
            if (_waiting.Count >= Capacity)
            {
                _lost++;
                return;
            }
            _waiting.Enqueue((now, level, text));
            if (_waiting.Count == 1)
                Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits until all lines are written, or until a destination that takes none has had its time.</summary>
    /// <param name="patience">How long to wait at most.</param>
    /// <returns>True when nothing waits.</returns>
    public bool Flush(TimeSpan patience)
    {
        long end = _time.GetTimestamp() + (long)(patience.TotalSeconds * _time.TimestampFrequency);
        lock (_lock)
        {
            while (_waiting.Count > 0 || _writing)
            {
                TimeSpan left = _time.GetElapsedTime(_time.GetTimestamp(), end);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_lock, left))
                    return false;
            }
            return true;
        }
    }

    /// <summary>Writes what waits, for two seconds at most, and closes the destination.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            Monitor.PulseAll(_lock);
        }
        // A thread that hangs in a write keeps the destination: closing it below its feet would hit another file.
        if (_writer.Join(s_patience))
            _sink.Dispose();
    }

    private void WriteLines()
    {
        Threads.SetName("log");
        while (TryTake(out (DateTime Time, LogLevel Level, string Text) entry, out long lost))
        {
            if (lost > 0)
                _sink.Write(LogLevel.Warn, LogLine.Format(entry.Time, LogLevel.Warn, $"log: {lost} lines lost, the destination is too slow"));
            _sink.Write(entry.Level, LogLine.Format(entry.Time, entry.Level, entry.Text));
        }
    }

    private bool TryTake(out (DateTime Time, LogLevel Level, string Text) entry, out long lost)
    {
        lock (_lock)
        {
            _writing = false;
            if (_waiting.Count == 0)
                Monitor.PulseAll(_lock);
            while (_waiting.Count == 0 && !_closed)
                Monitor.Wait(_lock);
            lost = _lost;
            _lost = 0;
            return _writing = _waiting.TryDequeue(out entry);
        }
    }
}
