using System.Collections.Generic;

namespace Penstock.HyperAmp.Services;

/// <summary>The sets that <c>--services</c> can name.</summary>
public static class ServiceSets
{
    /// <summary>All names, in the order in which help shows them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["original", "mt", "qos", "npucore", "ring", "modern"];

    /// <summary>A fresh set of that name, or null when no set has it.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="keys">Keys for the modern set; the others use none.</param>
    public static ServiceSet? Find(string name, ServiceKeys? keys = null) => name switch
    {
        "original" => new OriginalServices(),
        "mt" => new MultiThreadServices(),
        "qos" => new QosServices(),
        "npucore" => new NpuCoreServices(),
        "ring" => new RingServices(),
        "modern" => new ModernServices(keys ?? ServiceKeys.None()),
        _ => null,
    };
}
