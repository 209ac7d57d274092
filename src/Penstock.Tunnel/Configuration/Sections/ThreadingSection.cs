using System.Collections.Generic;
using System.Globalization;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Reads the <c>threading</c> section.</summary>
/// <remarks>The original passes over the whole section, so that no mistake here stops a start.</remarks>
internal static class ThreadingSection
{
    public const string Name = "threading";

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new(Name, "num-workers", "0 (a shard per processor) to 256 shards", o => Show(o.Threading.NumWorkers)),
        new(Name, "enable-cpu-affinity", "auto, true or false", o => AffinityText(o.Threading.EnableCpuAffinity)),
        new(Name, "enable-load-balancing", "true or false", o => o.Threading.EnableLoadBalancing ? "true" : "false") { IsLive = true },
        new(Name, "max-sessions-per-thread", "0 (no limit) or more", o => Show(o.Threading.MaxSessionsPerThread)) { IsLive = true },
        new(Name, "work-queue-size", "1 or more entries", o => Show(o.Threading.WorkQueueSize)),
    ];

    public static ThreadingOptions Read(SectionSettings settings)
    {
        var defaults = new ThreadingOptions();
        return new ThreadingOptions
        {
            NumWorkers = settings.Number("num-workers", new NumberRule(0, 0, ThreadingOptions.MaxWorkers) { Instead = 0 }),
            EnableCpuAffinity = Affinity(settings),
            EnableLoadBalancing = settings.Flag("enable-load-balancing"),
            MaxSessionsPerThread = settings.Number("max-sessions-per-thread", new NumberRule(0, 0) { Instead = 0 }),
            WorkQueueSize = settings.Number("work-queue-size", new NumberRule(defaults.WorkQueueSize, 1) { Instead = defaults.WorkQueueSize }),
        };
    }

    private static string AffinityText(CpuAffinityUse use) => use switch
    {
        CpuAffinityUse.On => "true",
        CpuAffinityUse.Off => "false",
        _ => "auto",
    };

    // A flag, as the fork documents it, with a third word.
    private static CpuAffinityUse Affinity(SectionSettings settings)
    {
        const string Key = "enable-cpu-affinity";
        if (!settings.TryGet(Key, out Setting setting) || SectionSettings.Is(setting.Text, "auto"))
            return CpuAffinityUse.Auto;
        return settings.Flag(Key) ? CpuAffinityUse.On : CpuAffinityUse.Off;
    }

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
