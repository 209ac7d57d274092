using System;
using System.Collections.Generic;
using Penstock.Tunnel.Configuration.Sections;

namespace Penstock.Tunnel.Configuration;

/// <summary>All keys, in the order in which they are shown.</summary>
public static class ConfigKeys
{
    /// <summary>Every key of every section.</summary>
    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        .. TunSection.Keys, .. Socks5Section.Keys, .. ProxiesSection.Keys, .. BypassSection.Keys,
        .. MapDnsSection.Keys, .. MiscSection.Keys, .. ThreadingSection.Keys,
    ];

    /// <summary>The names of the sections, in the same order.</summary>
    public static IReadOnlyList<string> Sections { get; } =
        [TunSection.Name, Socks5Section.Name, ProxiesSection.Name, BypassSection.Name, MapDnsSection.Name, MiscSection.Name, ThreadingSection.Name];

    internal static bool IsSection(string name)
    {
        foreach (string section in Sections)
        {
            if (section == name)
                return true;
        }
        return false;
    }

    internal static ConfigKey? Find(string section, string name)
    {
        foreach (ConfigKey key in All)
        {
            if (key.Section == section && key.Name == name)
                return key;
        }
        return null;
    }

    /// <summary>What the writer of an unknown key most likely meant, or null.</summary>
    internal static string? Suggest(string section, string unknown)
    {
        string? best = null;
        int distance = Math.Max(1, unknown.Length / 3) + 1;
        foreach (ConfigKey key in All)
        {
            if (key.Section == section)
                Closer(key.Name, key.Name);
        }
        if (best is not null)
            return best;
        foreach (ConfigKey key in All)
        {
            if (key.Name == unknown)
                return key.FullName;
        }
        return null;

        void Closer(string candidate, string answer)
        {
            int found = Nearness.Distance(unknown, candidate);
            if (found < distance)
                (best, distance) = (answer, found);
        }
    }

    /// <summary>The section that the writer of an unknown one most likely meant, or null.</summary>
    internal static string? SuggestSection(string unknown)
    {
        foreach (string section in Sections)
        {
            if (Nearness.Distance(unknown, section) <= 2)
                return section;
        }
        foreach (ConfigKey key in All)
        {
            if (key.Name == unknown)
                return key.FullName;
        }
        return null;
    }
}
