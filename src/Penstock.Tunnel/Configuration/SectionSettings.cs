using System;
using System.Collections.Generic;
using System.Globalization;
using Penstock.Tunnel.Configuration.Values;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration;

/// <summary>What the file says in one section, and the common ways to read it.</summary>
/// <param name="section">Whose keys they are.</param>
/// <param name="report">Takes the mistakes.</param>
/// <param name="label">What messages call it, when it is not the section itself.</param>
internal sealed class SectionSettings(string section, DiagnosticList report, string? label = null)
{
    private readonly Dictionary<string, Setting> _settings = new(StringComparer.Ordinal);

    /// <summary>True when the file has the section.</summary>
    public bool Exists { get; set; }

    public DiagnosticList Report => report;

    /// <summary>The section's list, if it has one; null when the file has none.</summary>
    public YamlNode? List { get; set; }

    public bool TryGet(string name, out Setting setting) => _settings.TryGetValue(name, out setting);

    public void Set(string name, Setting setting) => _settings[name] = setting;

    /// <summary>A text; an empty one is as good as none.</summary>
    public string? Text(string name) => TryGet(name, out Setting setting) && setting.Text.Length > 0 ? setting.Text : null;

    /// <summary>A whole number within its rule.</summary>
    public int Number(string name, NumberRule rule)
    {
        if (!TryNumber(name, out Setting setting, out CNumber number))
            return rule.Default;
        if (number.Value >= rule.Min && number.Value <= rule.Max)
        {
            TellUnclean(name, setting, number);
            return number.Value;
        }
        if (rule.Instead is int instead)
            Warning(name, setting, $"{Show(instead)} is used");
        else
            Error(name, setting);
        return rule.Instead ?? rule.Default;
    }

    /// <summary>A number of any value, as it was read; false when the key is absent.</summary>
    public bool TryNumber(string name, out Setting setting, out CNumber number)
    {
        number = default;
        if (!TryGet(name, out setting))
            return false;
        number = CNumber.Read(setting.Text);
        return true;
    }

    /// <summary>Tells what a number was read as when it is not what its writer can have meant.</summary>
    public void TellUnclean(string name, Setting setting, CNumber number)
    {
        if (!number.IsClean)
            Warning(name, setting, $"read as {Show(number.Value)}");
    }

    /// <summary>A port: the original keeps the low 16 bits of any number.</summary>
    public ushort Port(string name, ushort absent)
    {
        if (!TryGet(name, out Setting setting))
            return absent;
        CNumber number = CNumber.Read(setting.Text);
        ushort port = unchecked((ushort)number.Value);
        if (!number.IsClean || port != number.Value)
            Warning(name, setting, $"read as {Show(port)}");
        return port;
    }

    /// <summary>True for the word, in any case; every other value but the opposite word is told, and false.</summary>
    public bool Flag(string name, bool absent = false)
    {
        if (!TryGet(name, out Setting setting))
            return absent;
        if (Is(setting.Text, "true"))
            return true;
        if (!Is(setting.Text, "false"))
            Warning(name, setting, "read as false");
        return false;
    }

    /// <summary>An IPv4 or IPv6 address of one family, or null and a word about what is there instead.</summary>
    public InetAddress? Address(string name, bool v6, string outcome)
    {
        if (!TryGet(name, out Setting setting) || setting.Text.Length == 0)
            return null;
        if (PlainAddress.TryParse(setting.Text, out InetAddress address) && address.IsV6 == v6)
            return address;
        Warning(name, setting, outcome);
        return null;
    }

    public void Warning(string name, Setting setting, string outcome) =>
        report.Warning(setting.Line, FullName(name), Found(name, setting), Accepted(name), outcome);

    public void Error(string name, Setting setting) =>
        report.Error(setting.Line, FullName(name), Found(name, setting), Accepted(name));

    public static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>A key as messages name it.</summary>
    public string FullName(string name) => (label ?? section) + "." + name;

    private string Accepted(string name) => ConfigKeys.Find(section, name)?.Accepted ?? "";

    private string Found(string name, Setting setting) =>
        ConfigKeys.Find(section, name) is { IsSecret: true } ? "a value" : "found " + DiagnosticList.Quote(setting.Text);

    private static string Show(int number) => number.ToString(CultureInfo.InvariantCulture);
}
