namespace Penstock.Tunnel.Logging;

/// <summary>Takes lines for a person. Safe from any thread; never throws, never waits for a slow reader for long.</summary>
/// <remarks>
/// A caller asks <see cref="IsOn"/> before it builds a text, so that a level that is off costs one comparison.
/// No text ever holds a secret. Nothing is logged per packet.
/// </remarks>
public interface ILog
{
    /// <summary>True when lines of this level are written.</summary>
    bool IsOn(LogLevel level);

    /// <summary>Writes one line, unless its level is off. Line breaks in the text become spaces.</summary>
    void Write(LogLevel level, string text);
}
