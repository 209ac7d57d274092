using System;
using System.Collections.Generic;
using System.IO;

namespace Penstock.Tests;

/// <summary>Why a test cannot run on this machine; in CI (the environment has CI=true) it runs all the same, and fails.</summary>
public static class Requirement
{
    public static string? ReasonToSkip(Needs needs)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            return null;
        var missing = new List<string>();
        if (needs.HasFlag(Needs.Root) && !Environment.IsPrivilegedProcess)
            missing.Add("root");
        if (needs.HasFlag(Needs.Tun) && !File.Exists("/dev/net/tun"))
            missing.Add("/dev/net/tun (modprobe tun)");
        AddProgram(missing, needs, Needs.Gcc, "gcc");
        AddProgram(missing, needs, Needs.Curl, "curl");
        AddProgram(missing, needs, Needs.Ip, "ip");
        AddProgram(missing, needs, Needs.Dig, "dig");
        return missing.Count == 0 ? null : $"needs {string.Join(" and ", missing)}";
    }

    public static bool HasProgram(string name)
    {
        foreach (string directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            if (directory.Length != 0 && File.Exists(Path.Combine(directory, name)))
                return true;
        }
        return false;
    }

    private static void AddProgram(List<string> missing, Needs needs, Needs flag, string name)
    {
        if (needs.HasFlag(flag) && !HasProgram(name))
            missing.Add($"the program {name}");
    }
}
