namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Keys that are understood and do nothing: each says so, and why, when a file holds it.</summary>
internal static class WithoutEffect
{
    public static void Tell(SettingsReader settings)
    {
        Tell(settings, MiscSection.Name, "task-stack-size", "without effect: there are no coroutine stacks");
        Tell(settings, MiscSection.Name, "udp-copy-buffer-nums", "without effect: batches have no fixed buffers");
    }

    private static void Tell(SettingsReader settings, string section, string key, string why)
    {
        if (settings[section].TryGet(key, out Setting setting))
            settings[section].Report.Note(setting.Line, $"{section}.{key}", $"found {DiagnosticList.Quote(setting.Text)}", "", why);
    }
}
