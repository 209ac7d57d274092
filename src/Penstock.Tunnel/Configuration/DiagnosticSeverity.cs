namespace Penstock.Tunnel.Configuration;

/// <summary>How much a mistake in the configuration matters.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Nothing is wrong, but a key does less than its reader may expect.</summary>
    Note,

    /// <summary>The tunnel starts, and does something else than the line says.</summary>
    Warning,

    /// <summary>The tunnel does not start.</summary>
    Error,
}
