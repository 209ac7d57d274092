using System;
using System.Collections.Generic;
using System.IO;

namespace Penstock.TestBed;

/// <summary>What this machine must have before a bed can be made.</summary>
public static class Requirements
{
    /// <summary>What is missing, in one sentence; null when nothing is.</summary>
    public static string? Missing(params string[] programs)
    {
        if (Environment.UserName != "root")
            return "network namespaces need root";
        if (!File.Exists("/dev/net/tun"))
            return "/dev/net/tun is missing";
        var absent = new List<string>();
        foreach (string program in programs)
        {
            if (!IsInstalled(program))
                absent.Add(program);
        }

        if (absent.Count > 0)
            return $"not installed: {string.Join(", ", absent)}";
        return Command.Try(null, "ip", "netns", "list").Status == 0 ? null : "`ip netns` does not work here";
    }

    private static bool IsInstalled(string program)
    {
        foreach (string directory in (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin").Split(':'))
        {
            if (File.Exists(Path.Combine(directory, program)))
                return true;
        }

        return false;
    }
}
