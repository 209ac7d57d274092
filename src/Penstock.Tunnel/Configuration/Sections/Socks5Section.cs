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
        new(Name, "port", "1 to 65535", o => o.Socks5.Port == 0 ? null : Show(o.Socks5.Port)),
        new(Name, "address", "an IPv4 or IPv6 address or a host name of up to 255 bytes", o => o.Socks5.Address.Length == 0 ? null : o.Socks5.Address),
        new(Name, "udp", "tcp (datagrams in the TCP connection), udp (UDP ASSOCIATE), auto (udp, else tcp) or block", o => Show(o.Socks5.Udp)),
        new(Name, "udp-address", "an IPv4 or IPv6 address or a host name of up to 255 bytes", o => o.Socks5.UdpAddress),
        new(Name, "udp-offload", "true or false", o => o.Socks5.UdpOffload ? "true" : "false"),
        new(Name, "pipeline", "true or false", o => o.Socks5.Pipeline ? "true" : "false"),
        new(Name, "username", "up to 255 bytes, together with password", o => o.Socks5.Credentials?.ToString()) { IsSecret = true },
        new(Name, "password", "up to 255 bytes, together with username", o => o.Socks5.Credentials?.ToString()) { IsSecret = true },
        new(Name, "mark", "0 to 4294967295: decimal, 0x hexadecimal or, with a leading 0, octal", o => Show(o.Socks5.Mark)),
        new(Name, "tcp-fastopen", "true or false", o => o.Socks5.TcpFastOpen ? "true" : "false"),
        new(Name, "bind-interface", "an interface name of 1 to 15 bytes", o => o.Socks5.BindInterface),
        new(Name, "bind-address", "a plain IPv4 or IPv6 address", o => o.Socks5.BindAddress?.ToString()),
    ];

    public static Socks5Options Read(SectionSettings settings)
    {
        var options = new Socks5Options
        {
            Address = Host(settings, "address") ?? "",
            Port = settings.Port("port", 0),
            Udp = Udp(settings),
            UdpAddress = Host(settings, "udp-address"),
            UdpOffload = settings.Flag("udp-offload", absent: true),
            Pipeline = settings.Flag("pipeline"),
            Credentials = Login(settings),
            Mark = Mark(settings),
            TcpFastOpen = settings.Flag("tcp-fastopen"),
            BindInterface = BindInterface(settings),
            BindAddress = BindAddress(settings),
        };
        if (settings.TryGet("port", out Setting port) && options.Port == 0)
            settings.Error("port", port);
        if (!settings.Report.HasErrors && options.Address.Length == 0)
        {
            settings.TryGet("address", out Setting address);
            settings.Report.Warning(address.Line, "socks5.address", "no proxy is named", "", "every session fails");
        }
        return options;
    }

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
            setting.Line, $"{Name}.{name}", "found '@' in a host", "a host; the login has keys of its own", "what stands before '@' is left out");
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

    private static UdpRelay Udp(SectionSettings settings)
    {
        if (settings.TryGet("udp", out Setting setting))
        {
            foreach (UdpRelay relay in (ReadOnlySpan<UdpRelay>)[UdpRelay.Tcp, UdpRelay.Udp, UdpRelay.Auto, UdpRelay.Block])
            {
                if (SectionSettings.Is(setting.Text, Show(relay)))
                    return relay;
            }
            settings.Warning("udp", setting, "read as tcp");
        }
        return UdpRelay.Tcp;
    }

    private static Credentials? Login(SectionSettings settings)
    {
        bool named = settings.TryGet("username", out Setting username);
        bool secret = settings.TryGet("password", out Setting password);
        if (named != secret)
        {
            settings.Report.Error(
                named ? username.Line : password.Line, named ? "socks5.password" : "socks5.username",
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

    private static uint Mark(SectionSettings settings)
    {
        if (!settings.TryGet("mark", out Setting setting))
            return 0;
        CNumber number = CNumber.ReadAnyBase(setting.Text);
        uint mark = unchecked((uint)number.Value);
        if (!number.IsClean)
            settings.Warning("mark", setting, $"read as {Show(mark)}");
        return mark;
    }

    private static string? BindInterface(SectionSettings settings)
    {
        string? name = settings.Text("bind-interface");
        if (name is null || !settings.TryGet("bind-interface", out Setting setting))
            return null;
        if (!TunSection.IsInterfaceName(name) || Encoding.UTF8.GetByteCount(name) > TunOptions.MaxNameLength)
            settings.Error("bind-interface", setting);
        return name;
    }

    private static InetAddress? BindAddress(SectionSettings settings)
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
