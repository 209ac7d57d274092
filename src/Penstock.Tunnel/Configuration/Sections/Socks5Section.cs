using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Penstock.Tunnel.Configuration.Values;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration.Sections;

/// <summary>Reads the <c>socks5</c> section.</summary>
internal static class Socks5Section
{
    public const string Name = "socks5";

    private const int MaxHostName = 255;

    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        new(Name, "port", "1 to 65535", o => o.Socks5.Port == 0 ? null : Show(o.Socks5.Port)) { IsLive = true },
        new(Name, "address", "an IPv4 or IPv6 address or a host name of up to 255 bytes", o => o.Socks5.Address.Length == 0 ? null : o.Socks5.Address) { IsLive = true },
        new(Name, "udp", "tcp (datagrams in the TCP connection), udp (UDP ASSOCIATE), auto (udp, else tcp) or block", o => Show(o.Socks5.Udp)) { IsLive = true },
        new(Name, "udp-address", "an IPv4 or IPv6 address or a host name of up to 255 bytes", o => o.Socks5.UdpAddress) { IsLive = true },
        new(Name, "udp-offload", "true or false", o => o.Socks5.UdpOffload ? "true" : "false") { IsLive = true },
        new(Name, "pipeline", "true or false", o => o.Socks5.Pipeline ? "true" : "false") { IsLive = true },
        new(Name, "pool-size", "0 to 1024 connections", o => Show((uint)o.Socks5.PoolSize)) { IsLive = true },
        new(Name, "username", "up to 255 bytes, together with password", o => o.Socks5.Credentials?.ToString()) { IsSecret = true, IsLive = true },
        new(Name, "password", "up to 255 bytes, together with username", o => o.Socks5.Credentials?.ToString()) { IsSecret = true, IsLive = true },
        new(Name, "mark", "0 to 4294967295: decimal, 0x hexadecimal or, with a leading 0, octal", o => Show(o.Socks5.Mark)) { IsLive = true },
        new(Name, "tcp-fastopen", "true or false", o => o.Socks5.TcpFastOpen ? "true" : "false") { IsLive = true },
        new(Name, "bind-interface", "an interface name of 1 to 15 bytes", o => o.Socks5.BindInterface) { IsLive = true },
        new(Name, "bind-address", "a plain IPv4 or IPv6 address", o => o.Socks5.BindAddress?.ToString()) { IsLive = true },
    ];

    /// <summary>The section itself.</summary>
    /// <param name="settings">What it says.</param>
    /// <param name="isDefaults">There is a list of proxies, for which it only gives the defaults.</param>
    public static Socks5Options Read(SectionSettings settings, bool isDefaults)
    {
        Socks5Options options = Read(settings, new Socks5Options());
        if (settings.TryGet("port", out Setting port) && options.Port == 0)
            settings.Error("port", port);
        if (!settings.Report.HasErrors && options.Address.Length == 0 && !isDefaults)
        {
            settings.TryGet("address", out Setting address);
            settings.Report.Warning(address.Line, "socks5.address", "no proxy is named", "", "every session fails");
        }
        if (!isDefaults)
            BetweenSections.TellFamilies(settings, options);
        return options;
    }

    /// <summary>Options of one proxy.</summary>
    /// <param name="settings">What is said about it.</param>
    /// <param name="inherited">What counts where nothing is said.</param>
    public static Socks5Options Read(SectionSettings settings, Socks5Options inherited) => new()
    {
        Address = Host(settings, "address") ?? inherited.Address,
        Port = settings.Port("port", inherited.Port),
        Udp = Udp(settings, inherited.Udp),
        UdpAddress = Host(settings, "udp-address") ?? inherited.UdpAddress,
        UdpOffload = settings.Flag("udp-offload", inherited.UdpOffload),
        Pipeline = settings.Flag("pipeline", inherited.Pipeline),
        PoolSize = settings.Number("pool-size", new NumberRule(inherited.PoolSize, 0, Socks5Options.MaxPoolSize)),
        Credentials = Login(settings) ?? inherited.Credentials,
        Mark = Mark(settings, inherited.Mark),
        TcpFastOpen = settings.Flag("tcp-fastopen", inherited.TcpFastOpen),
        BindInterface = BindInterface(settings) ?? inherited.BindInterface,
        BindAddress = BindAddress(settings) ?? inherited.BindAddress,
    };

    private static string? Host(SectionSettings settings, string name)
    {
        string? host = settings.Text(name);
        if (host is not null && host.Contains('@'))
            return WithoutLogin(settings, name, host);
        if (host is not null && settings.TryGet(name, out Setting setting) && !IsHost(host))
            settings.Warning(name, setting, "it cannot be resolved");
        return host;
    }

    // user:password@host is how other programs write it: the secret goes no further than this line.
    private static string WithoutLogin(SectionSettings settings, string name, string host)
    {
        settings.TryGet(name, out Setting setting);
        settings.Report.Warning(
            setting.Line, settings.FullName(name), "found '@' in a host", "a host; the login has keys of its own", "what stands before '@' is left out");
        return host[(host.LastIndexOf('@') + 1)..];
    }

    private static bool IsHost(string host)
    {
        if (PlainAddress.TryParse(host, out _))
            return true;
        if (Encoding.UTF8.GetByteCount(host) > MaxHostName)
            return false;
        foreach (char character in host)
        {
            if (character is '/' or ':' or '[' || char.IsWhiteSpace(character) || char.IsControl(character))
                return false;
        }
        return true;
    }

    private static UdpRelay Udp(SectionSettings settings, UdpRelay absent)
    {
        if (settings.TryGet("udp", out Setting setting))
        {
            foreach (UdpRelay relay in (ReadOnlySpan<UdpRelay>)[UdpRelay.Tcp, UdpRelay.Udp, UdpRelay.Auto, UdpRelay.Block])
            {
                if (SectionSettings.Is(setting.Text, Show(relay)))
                    return relay;
            }
            settings.Warning("udp", setting, "read as tcp");
            return UdpRelay.Tcp;
        }
        return absent;
    }

    private static Credentials? Login(SectionSettings settings)
    {
        bool named = settings.TryGet("username", out Setting username);
        bool secret = settings.TryGet("password", out Setting password);
        if (named != secret)
        {
            settings.Report.Error(
                named ? username.Line : password.Line, settings.FullName(named ? "password" : "username"),
                named ? "missing, while there is a username" : "missing, while there is a password", "both or neither");
        }
        if (!named || !secret)
            return null;
        TellLong(settings, "username", username);
        TellLong(settings, "password", password);
        return new Credentials(username.Text, password.Text);
    }

    private static void TellLong(SectionSettings settings, string name, Setting setting)
    {
        if (Encoding.UTF8.GetByteCount(setting.Text) > Credentials.MaxLength)
            settings.Warning(name, setting, "only its first 255 bytes are sent");
    }

    internal static uint Mark(SectionSettings settings, uint absent)
    {
        if (!settings.TryGet("mark", out Setting setting))
            return absent;
        CNumber number = CNumber.ReadAnyBase(setting.Text);
        uint mark = unchecked((uint)number.Value);
        if (!number.IsClean)
            settings.Warning("mark", setting, $"read as {Show(mark)}");
        return mark;
    }

    internal static string? BindInterface(SectionSettings settings)
    {
        string? name = settings.Text("bind-interface");
        if (name is null || !settings.TryGet("bind-interface", out Setting setting))
            return null;
        if (!TunSection.IsInterfaceName(name) || Encoding.UTF8.GetByteCount(name) > TunOptions.MaxNameLength)
            settings.Error("bind-interface", setting);
        return name;
    }

    internal static InetAddress? BindAddress(SectionSettings settings)
    {
        if (!settings.TryGet("bind-address", out Setting setting) || setting.Text.Length == 0)
            return null;
        if (PlainAddress.TryParse(setting.Text, out InetAddress address))
            return address;
        settings.Error("bind-address", setting);
        return null;
    }

    private static string Show(UdpRelay relay) => relay switch
    {
        UdpRelay.Udp => "udp",
        UdpRelay.Auto => "auto",
        UdpRelay.Block => "block",
        _ => "tcp",
    };

    private static string Show(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
