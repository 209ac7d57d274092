namespace Penstock.Wire.Dns;

/// <summary>Record and query classes; any other number may occur.</summary>
public enum DnsClass : ushort
{
    /// <summary>The Internet.</summary>
    In = 1,

    /// <summary>Chaosnet, used to ask servers about themselves.</summary>
    Chaos = 3,

    /// <summary>All classes; queries only.</summary>
    Any = 255,
}
