using System;
using Penstock.TestBed;

namespace Penstock.Namespaces.Tests;

/// <summary>What this machine lacks for these tests.</summary>
internal static class Machine
{
    private static readonly string? Missing = Requirements.Missing("ip", "ss", "sysctl", "setpriv", "nft", "microsocks", "danted", "dig");

    /// <summary>The reason to skip; null in continuous integration, where a test that cannot run is a failure.</summary>
    public static string? WhySkipped { get; } =
        IsContinuous ? null : Missing;

    private static bool IsContinuous => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>The same where the test compiles a program in C.</summary>
    public static string? WhySkippedWithoutCompiler { get; } = WhySkipped is null && !IsContinuous ? Requirements.Missing("gcc") : WhySkipped;

    /// <summary>Ends a test that was not skipped although something is missing.</summary>
    public static void Require()
    {
        if (Missing is not null)
            throw new InvalidOperationException(Missing);
    }
}
