using System;
using Penstock.TestBed;

namespace Penstock.Namespaces.Tests;

/// <summary>What this machine lacks for these tests.</summary>
internal static class Machine
{
    private static readonly string? Missing = Requirements.Missing("ip", "ss", "sysctl", "setpriv", "nft", "microsocks", "danted", "dig");

    /// <summary>The reason to skip; null in continuous integration, where a test that cannot run is a failure.</summary>
    public static string? WhySkipped { get; } =
        Environment.GetEnvironmentVariable("CI") is "true" or "1" ? null : Missing;

    /// <summary>Ends a test that was not skipped although something is missing.</summary>
    public static void Require()
    {
        if (Missing is not null)
            throw new InvalidOperationException(Missing);
    }
}
