namespace Penstock.Tunnel.Logging;

/// <summary>Takes every line and writes none.</summary>
public sealed class NullLog : ILog
{
    private NullLog()
    {
    }

    /// <summary>The only one.</summary>
    public static NullLog Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsOn(LogLevel level) => false;

    /// <inheritdoc/>
    public void Write(LogLevel level, string text)
    {
    }
}
