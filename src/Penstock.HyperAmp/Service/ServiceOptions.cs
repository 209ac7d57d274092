using System;
using Penstock.HyperAmp.Configuration;

namespace Penstock.HyperAmp.Service;

/// <summary>How a service behaves.</summary>
public sealed record ServiceOptions
{
    /// <summary>Worker threads, 1 to 256; 0 for one per processor. Default 4.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>How the collector waits for work; null for what the configuration says.</summary>
    public WaitMode? Wait { get; init; }

    /// <summary>How long the collector looks before it sleeps in <see cref="WaitMode.Auto"/>. Default 100 µs.</summary>
    public TimeSpan Spin { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>How long a chain under a mark that is not BUSY, or a stuck mark, is left alone (L1). Default 50 ms.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>After how long a handler counts as stuck: reported, and its worker replaced. Default 10 s.</summary>
    public TimeSpan HandlerLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most work that the collector runs itself instead of handing it to workers. Default 20 µs.</summary>
    public TimeSpan InlineWork { get; init; } = TimeSpan.FromMicroseconds(20);

    /// <summary>How long <see cref="ZoneService.Stop"/> lets messages finish. Default 2 s.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Told in words what an operator should know: stuck handlers, wrong layouts, repairs. From any thread.</summary>
    public Action<string>? Report { get; init; }
}
