using System.Collections.Generic;

namespace Penstock.Tunnel.Configuration;

/// <summary>What reading a configuration gave.</summary>
/// <param name="File">The file as it was named.</param>
/// <param name="Options">The options, or null when there is an error.</param>
/// <param name="Diagnostics">Every mistake, in the order in which it was met.</param>
/// <param name="Lines">The line of each key that the file holds, by <c>section.key</c>.</param>
public sealed record ConfigurationResult(
    string File,
    TunnelOptions? Options,
    IReadOnlyList<Diagnostic> Diagnostics,
    IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>True when the tunnel can start with it.</summary>
    public bool IsUsable => Options is not null;
}
