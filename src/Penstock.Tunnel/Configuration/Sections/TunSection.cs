using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Penstock.Tunnel.Configuration.Values;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Reads the <c>tunnel</c> section.</summary>
internal static class TunSection
{
    public const string Name = "tunnel";

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new(Name, "name", "an interface name of 1 to 15 bytes without '/', ':' and blanks; the kernel fills %d", o => o.Tun.Name),
        new(Name, "mtu", "68 to 65535 bytes", o => o.Tun.Mtu.ToString(CultureInfo.InvariantCulture)),
        new(Name, "multi-queue", "true or false", o => o.Tun.MultiQueue ? "true" : "false"),
        new(Name, "ipv4", "a plain IPv4 address without a prefix length", o => o.Tun.Ipv4?.ToString()),
        new(Name, "ipv6", "a plain IPv6 address without a prefix length", o => o.Tun.Ipv6?.ToString()),
        new(Name, "icmp", "off or reply", o => o.Tun.Icmp == IcmpEcho.Reply ? "reply" : "off"),
        new(Name, "post-up-script", "a path", o => o.Tun.PostUpScript),
        new(Name, "pre-down-script", "a path", o => o.Tun.PreDownScript),
        new(Name, "offload", OffloadText.Accepted, o => OffloadText.Format(o.Tun.Offload)),
        new(Name, "io-uring", "auto, on or off", o => IoUringText(o.Tun.IoUring)),
        new(Name, "accept", "proxy or early", o => o.Tun.Accept == AcceptMode.Early ? "early" : "proxy"),
        new(Name, "congestion", "cubic or newreno", o => o.Tun.Congestion == CongestionAlgorithm.NewReno ? "newreno" : "cubic"),
    ];

    public static TunOptions Read(SectionSettings settings) => new()
    {
        Name = InterfaceName(settings),
        Mtu = Mtu(settings),
        MultiQueue = MultiQueue(settings),
        Ipv4 = settings.Address("ipv4", v6: false, "the interface gets no IPv4 address"),
        Ipv6 = settings.Address("ipv6", v6: true, "the interface gets no IPv6 address"),
        Icmp = Icmp(settings),
        PostUpScript = settings.Text("post-up-script"),
        PreDownScript = settings.Text("pre-down-script"),
        Offload = Offload(settings),
        IoUring = IoUring(settings),
        Accept = Choice(settings, "accept", "proxy", "early") ? AcceptMode.Early : AcceptMode.Proxy,
        Congestion = Choice(settings, "congestion", "cubic", "newreno") ? CongestionAlgorithm.NewReno : CongestionAlgorithm.Cubic,
    };

    private static int Mtu(SectionSettings settings)
    {
        int mtu = settings.Number("mtu", new NumberRule(8500, TunOptions.MinMtu, TunOptions.MaxMtu));
        if (mtu < TunOptions.MinMtuV6 && settings.TryGet("mtu", out Setting setting) && settings.TryGet("ipv6", out _))
            settings.Warning("mtu", setting, $"the kernel takes tunnel.ipv6 from {TunOptions.MinMtuV6} bytes on, RFC 8200 (5)");
        return mtu;
    }

    // The original's reading: whatever is not false is true.
    private static bool MultiQueue(SectionSettings settings)
    {
        if (!settings.TryGet("multi-queue", out Setting setting) || SectionSettings.Is(setting.Text, "false"))
            return false;
        if (!SectionSettings.Is(setting.Text, "true"))
            settings.Warning("multi-queue", setting, "read as true");
        return true;
    }

    /// <summary>A name that the kernel takes for an interface, or a pattern that it makes one of.</summary>
    internal static bool IsInterfaceName(string name)
    {
        if (name is "." or "..")
            return false;
        foreach (char character in name)
        {
            if (character is '/' or ':' || char.IsWhiteSpace(character) || char.IsControl(character))
                return false;
        }
        return true;
    }

    private static string? InterfaceName(SectionSettings settings)
    {
        if (settings.Text("name") is not string name)
            return null;
        settings.TryGet("name", out Setting setting);
        if (!IsInterfaceName(name))
        {
            settings.Error("name", setting);
            return null;
        }
        if (Encoding.UTF8.GetByteCount(name) <= TunOptions.MaxNameLength)
            return name;
        string cut = Cut(name);
        settings.Warning("name", setting, $"cut to {DiagnosticList.Quote(cut)}");
        return cut;
    }

    private static string Cut(string name)
    {
        int length = name.Length;
        while (Encoding.UTF8.GetByteCount(name.AsSpan(0, length)) > TunOptions.MaxNameLength)
            length--;
        return name[..length];
    }

    private static IcmpEcho Icmp(SectionSettings settings)
    {
        if (settings.TryGet("icmp", out Setting setting))
        {
            if (SectionSettings.Is(setting.Text, "reply"))
                return IcmpEcho.Reply;
            if (!SectionSettings.Is(setting.Text, "off"))
                settings.Warning("icmp", setting, "read as off");
        }
        return IcmpEcho.Off;
    }

    private static OffloadFeatures Offload(SectionSettings settings)
    {
        if (!settings.TryGet("offload", out Setting setting))
            return OffloadFeatures.All;
        if (!OffloadText.TryParse(setting.Text, out OffloadFeatures features))
            settings.Error("offload", setting);
        return features;
    }

    private static string IoUringText(IoUringUse use) => use switch
    {
        IoUringUse.On => "on",
        IoUringUse.Off => "off",
        _ => "auto",
    };

    private static IoUringUse IoUring(SectionSettings settings)
    {
        if (!settings.TryGet("io-uring", out Setting setting))
            return IoUringUse.Auto;
        foreach (IoUringUse use in (IoUringUse[])[IoUringUse.Auto, IoUringUse.On, IoUringUse.Off])
        {
            if (SectionSettings.Is(setting.Text, IoUringText(use)))
                return use;
        }
        settings.Error("io-uring", setting);
        return IoUringUse.Auto;
    }

    // A key that the original does not know says what only we can do: a word that is neither must not pass for one.
    private static bool Choice(SectionSettings settings, string name, string first, string second)
    {
        if (!settings.TryGet(name, out Setting setting) || SectionSettings.Is(setting.Text, first))
            return false;
        if (!SectionSettings.Is(setting.Text, second))
            settings.Error(name, setting);
        return true;
    }
}
