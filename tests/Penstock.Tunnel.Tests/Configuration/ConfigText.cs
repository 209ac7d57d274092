using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Penstock.Tunnel.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests.Configuration;

/// <summary>Reads texts as files, and says what came of them.</summary>
internal static class ConfigText
{
    public const string File = "test.yml";

    /// <summary>A proxy, so that a test speaks of one thing only.</summary>
    public const string Proxy = "socks5: { port: 1080, address: 127.0.0.1 }\n";

    public static ConfigurationResult Parse(string text) => TunnelConfiguration.Parse(File, Encoding.UTF8.GetBytes(text));

    /// <summary>Options of a text that gives neither error nor warning.</summary>
    public static TunnelOptions Clean(string text)
    {
        ConfigurationResult result = Parse(text);
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity != DiagnosticSeverity.Note);
        return result.Options!;
    }

    /// <summary>Options of a text that gives exactly one warning, about this key.</summary>
    public static TunnelOptions Warned(string text, string key)
    {
        ConfigurationResult result = Parse(text);
        Diagnostic warning = Assert.Single(result.Diagnostics, d => d.Severity != DiagnosticSeverity.Note);
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.Equal(key, warning.Key);
        Assert.NotEqual("", warning.Outcome);
        return result.Options!;
    }

    /// <summary>The error of a text that gives exactly one, about this key.</summary>
    public static Diagnostic Failed(string text, string key)
    {
        ConfigurationResult result = Parse(text);
        Assert.Null(result.Options);
        Diagnostic error = Assert.Single(result.Diagnostics, d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal(key, error.Key);
        return error;
    }

    /// <summary>The value in force for a key, as the file would spell it.</summary>
    public static string? Effective(TunnelOptions options, string key) =>
        ConfigKeys.All.Single(k => k.FullName == key).Effective(options);

    /// <summary>A file with one key.</summary>
    public static string With(string key, string value)
    {
        string[] parts = key.Split('.');
        return key switch
        {
            "socks5.port" => $"socks5:\n  address: 127.0.0.1\n  port: {value}\n",
            "socks5.address" => $"socks5:\n  port: 1080\n  address: {value}\n",
            _ when parts[0] == "socks5" => $"socks5:\n  port: 1080\n  address: 127.0.0.1\n  {parts[1]}: {value}\n",
            _ => $"{Proxy}{parts[0]}:\n  {parts[1]}: {value}\n",
        };
    }

    public static IEnumerable<string> Lines(ConfigurationResult result) => result.Diagnostics.Select(d => d.ToString());

    public static void Says(ConfigurationResult result, string part) =>
        Assert.Contains(Lines(result), line => line.Contains(part, StringComparison.Ordinal));
}
