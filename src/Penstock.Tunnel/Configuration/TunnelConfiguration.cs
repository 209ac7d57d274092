using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Penstock.Tunnel.Configuration.Sections;
using YamlDotNet.Core;

namespace Penstock.Tunnel.Configuration;

/// <summary>Reads a configuration file.</summary>
/// <remarks>
/// <para>The way of a file: bytes, text, tree (<c>YamlComposer</c>), settings (<c>SettingsReader</c>), options
/// (<c>Sections</c>). Each step tells its mistakes and none throws for what a file holds.</para>
/// <para>The same file serves the original: what it accepts is accepted, with the same meaning. docs/configuration.md
/// lists every key.</para>
/// </remarks>
public static class TunnelConfiguration
{
    /// <summary>Largest file that is read, in bytes.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Reads a file, a pipe or a device, up to <see cref="MaxLength"/>.</summary>
    /// <param name="path">Its path; messages name it so.</param>
    public static ConfigurationResult Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            // Not the length that the file claims: a pipe and a device claim none.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] bytes = new byte[MaxLength + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Parse(path, bytes.AsSpan(0, length));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var report = new DiagnosticList(path);
            report.Error(0, "", $"it cannot be read ({Reason(problem)})", "a YAML file");
            return Failed(path, report);
        }
    }

    /// <summary>Reads a configuration from memory.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="bytes">UTF-8, or UTF-16 with a byte order mark.</param>
    public static ConfigurationResult Parse(string name, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        var report = new DiagnosticList(name);
        if (bytes.Length > MaxLength)
            report.Error(0, "", "it is too large", $"at most {MaxLength} bytes");
        else if (Decode(bytes) is not string text)
            report.Error(0, "", "it is not text", "UTF-8");
        else if (Compose(text, report) is YamlNode root)
            return Interpret(name, root, report);
        return Failed(name, report);
    }

    private static string? Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return bytes switch
            {
                [0xef, 0xbb, 0xbf, .. var rest] => Strict(Encoding.UTF8).GetString(rest),
                [0xff, 0xfe, .. var rest] => Strict(Encoding.Unicode).GetString(rest),
                [0xfe, 0xff, .. var rest] => Strict(Encoding.BigEndianUnicode).GetString(rest),
                _ => Strict(Encoding.UTF8).GetString(bytes),
            };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Encoding Strict(Encoding encoding) =>
        Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static YamlNode? Compose(string text, DiagnosticList report)
    {
        try
        {
            YamlNode? root = YamlComposer.Compose(text, out bool more);
            if (root is null)
                report.Error(0, "", "the file is empty", "a mapping of sections");
            else if (root.Kind != YamlNodeKind.Mapping)
                report.Error(root.Line, "", $"{root.Describe()} at the root", "a mapping of sections");
            else if (more)
                report.Warning(0, "", "there is more than one document", "one", "only the first is read");
            return root is { Kind: YamlNodeKind.Mapping } ? root : null;
        }
        catch (YamlException mistake)
        {
            int tab = TabLine(text);
            if (tab > 0 && tab <= mistake.End.Line + 1)
                report.Error(tab, "", "not YAML at column 1: a tab in the indentation", "blanks");
            else
                report.Error((int)mistake.Start.Line, "", $"not YAML at column {mistake.Start.Column}: {mistake.Message}", "");
            return null;
        }
    }

    // The parser blames what stands before the tab; the person wants the tab.
    private static int TabLine(string text)
    {
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            ReadOnlySpan<char> indentation = line[..(line.Length - line.TrimStart().Length)];
            if (indentation.Contains('\t'))
                return number;
        }
        return 0;
    }

    private static ConfigurationResult Interpret(string name, YamlNode root, DiagnosticList report)
    {
        var settings = new SettingsReader(report);
        settings.Read(root);
        Socks5Options socks5 = Socks5Section.Read(
            settings[Socks5Section.Name], isDefaults: settings[ProxiesSection.Name].List is not null);
        var options = new TunnelOptions
        {
            Tun = TunSection.Read(settings[TunSection.Name]),
            Socks5 = socks5,
            Proxies = ProxiesSection.Read(settings[ProxiesSection.Name], socks5),
            Bypass = BypassSection.Read(settings[BypassSection.Name], socks5),
            MapDns = MapDnsSection.Read(settings[MapDnsSection.Name]),
            Misc = MiscSection.Read(settings[MiscSection.Name]),
            Threading = ThreadingSection.Read(settings[ThreadingSection.Name]),
        };
        BetweenSections.Tell(settings, options, report);
        WithoutEffect.Tell(settings);
        return new ConfigurationResult(name, report.HasErrors ? null : options, report.Items, settings.Lines());
    }

    private static ConfigurationResult Failed(string name, DiagnosticList report) =>
        new(name, null, report.Items, new Dictionary<string, int>());

    private static string Reason(Exception problem) => problem switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied, or a directory",
        ArgumentException => "no file has such a name",
        _ => problem.Message,
    };
}
