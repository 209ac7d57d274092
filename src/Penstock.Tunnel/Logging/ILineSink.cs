using System;

namespace Penstock.Tunnel.Logging;

/// <summary>Where finished lines go; called by one thread at a time, which may be made to wait.</summary>
public interface ILineSink : IDisposable
{
    /// <summary>Takes one line, its line break included, in a single write where the destination allows.</summary>
    void Write(ReadOnlySpan<byte> line);
}
