using System.Globalization;
using System.Text;

namespace Penstock.TestBed;

/// <summary>What a test or a bench varies in the tunnel's configuration; the rest keeps its default.</summary>
public sealed record TunnelSettings
{
    /// <summary>The interface's name.</summary>
    public string Name { get; init; } = "tun0";

    /// <summary>`tunnel.mtu`, in bytes.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>The proxy's address as the tunnel reaches it.</summary>
    public string ProxyAddress { get; init; } = Bed.NetAddress;

    /// <summary>The proxy's port.</summary>
    public int ProxyPort { get; init; } = 1080;

    /// <summary>`socks5.udp`.</summary>
    public string Udp { get; init; } = "udp";

    /// <summary>`threading.num-workers`: shards; 0 for one a processor.</summary>
    public int Shards { get; init; }

    /// <summary>`tunnel.offload`.</summary>
    public string Offload { get; init; } = "auto";

    /// <summary>`tunnel.io-uring`.</summary>
    public string IoUring { get; init; } = "auto";

    /// <summary>Further lines of the section `tunnel`, indented by two blanks.</summary>
    public string TunnelLines { get; init; } = "";

    /// <summary>Further lines of the section `socks5`.</summary>
    public string SocksLines { get; init; } = "";

    /// <summary>Further lines of the section `threading`.</summary>
    public string ThreadingLines { get; init; } = "";

    /// <summary>Further lines of the section `misc`.</summary>
    public string MiscLines { get; init; } = "";

    /// <summary>Whole sections more.</summary>
    public string Sections { get; init; } = "";

    /// <summary>The kernel has no IPv6 on a link whose MTU is below 1280 (RFC 8200 (5)).</summary>
    public bool HasIpv6 => Mtu >= 1280;

    /// <summary>The configuration as the tunnel reads it. One text serves Penstock and the original.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"tunnel:\n  name: {Name}\n  mtu: {Mtu}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  ipv4: {Bed.TunAddress}\n  offload: '{Offload}'\n  io-uring: {IoUring}");
        if (HasIpv6)
            text.AppendLine(CultureInfo.InvariantCulture, $"  ipv6: '{Bed.TunAddress6}'");
        Append(text, TunnelLines);
        text.AppendLine(CultureInfo.InvariantCulture, $"socks5:\n  address: '{ProxyAddress}'\n  port: {ProxyPort}\n  udp: '{Udp}'");
        Append(text, SocksLines);
        text.AppendLine(CultureInfo.InvariantCulture, $"threading:\n  num-workers: {Shards}");
        Append(text, ThreadingLines);
        text.AppendLine("misc:\n  log-file: stderr\n  log-level: warn");
        Append(text, MiscLines);
        Append(text, Sections);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string lines)
    {
        if (lines.Length > 0)
            text.AppendLine(lines);
    }
}
