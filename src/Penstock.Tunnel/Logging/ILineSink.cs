using System;

namespace Penstock.Tunnel.Logging;

/// <summary>Where finished lines go; called by one thread at a time, which may be made to wait.</summary>
public interface ILineSink : IDisposable
{
    /// <summary>Takes one line, its line break included, in a single write where the destination allows.</summary>
    void Write(ReadOnlySpan<byte> line);

    /// <summary>Takes one line, for destinations that want to know how much it matters.</summary>
    void Write(LogLevel level, ReadOnlySpan<byte> line) => Write(line);
}
