namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Keys that are understood and do nothing: each says so, and why, when a file holds it.</summary>
internal static class WithoutEffect
{
    public static void Tell(SettingsReader settings)
    {
        Tell(settings, TunSection.Name, "multi-queue", "without effect: every shard has a queue of its own");
        Tell(settings, MiscSection.Name, "task-stack-size", "without effect: there are no coroutine stacks");
        Tell(settings, MiscSection.Name, "udp-copy-buffer-nums", "without effect: batches have no fixed buffers");
    }

    /// <summary>Tells which configured features this version does not carry out.</summary>
    public static void TellMissing(SettingsReader settings, TunnelOptions options)
    {
        const string TcpOnly = "this version relays TCP only";
        if (options.Tun.Icmp != IcmpEcho.Off && settings[TunSection.Name].TryGet("icmp", out Setting icmp))
            settings[TunSection.Name].Warning("icmp", icmp, TcpOnly);
        if (settings[Socks5Section.Name].TryGet("udp", out Setting udp))
            settings[Socks5Section.Name].Report.Note(udp.Line, "socks5.udp", "datagrams are dropped and counted", "", TcpOnly);
        if (options.MapDns.CacheSize > 0 && settings[MapDnsSection.Name].TryGet("cache-size", out Setting size))
            settings[MapDnsSection.Name].Report.Warning(size.Line, "mapdns", "names are not mapped", "", TcpOnly);
    }

    private static void Tell(SettingsReader settings, string section, string key, string why)
    {
        if (settings[section].TryGet(key, out Setting setting))
            settings[section].Report.Note(setting.Line, $"{section}.{key}", $"found {DiagnosticList.Quote(setting.Text)}", "", why);
    }
}
