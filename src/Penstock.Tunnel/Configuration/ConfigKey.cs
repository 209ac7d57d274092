using System;

namespace Penstock.Tunnel.Configuration;

/// <summary>A key that the file may hold.</summary>
/// <param name="Section">Its section, such as <c>socks5</c>.</param>
/// <param name="Name">Its name within the section, such as <c>bind-interface</c>.</param>
/// <param name="Accepted">What it accepts, in a few words, with the unit.</param>
/// <param name="Effective">The value in force as the file would spell it, or null when nothing is set; never a secret.</param>
public sealed record ConfigKey(string Section, string Name, string Accepted, Func<TunnelOptions, string?> Effective)
{
    /// <summary><c>section.name</c>.</summary>
    public string FullName => Section + "." + Name;

    /// <summary>The value is never shown to anybody.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The value may be a list of the file.</summary>
    public bool IsList { get; init; }

    /// <summary>A reload puts a new value into force; other keys wait for the next start.</summary>
    public bool IsLive { get; init; }

    /// <summary>The value when the file does not hold the key, or null for none.</summary>
    public string? Default => Effective(new TunnelOptions());

    /// <inheritdoc/>
    public override string ToString() => FullName;
}
