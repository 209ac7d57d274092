using System;
using System.Collections.Generic;
using Penstock.Tunnel.Configuration.Sections;

namespace Penstock.Tunnel.Configuration;

/// <summary>Gathers what a file says, section by section, and tells what it passes over.</summary>
/// <remarks>
/// What is read and what is passed over follows the original, so that one file means the same to both: a section that
/// appears again merges over the first, the last of several equal keys wins, <c>socks5</c>, <c>mapdns</c> and
/// <c>misc</c> end at the first pair that is not made of two scalars, <c>tunnel</c> only at a key that is none.
/// </remarks>
internal sealed class SettingsReader
{
    private readonly DiagnosticList _report;
    private readonly Dictionary<string, SectionSettings> _sections = [];

    public SettingsReader(DiagnosticList report)
    {
        _report = report;
        foreach (string name in ConfigKeys.Sections)
            _sections[name] = new SectionSettings(name, report);
    }

    public SectionSettings this[string section] => _sections[section];

    /// <summary>The line of each key that was read.</summary>
    public IReadOnlyDictionary<string, int> Lines()
    {
        var lines = new Dictionary<string, int>();
        foreach (ConfigKey key in ConfigKeys.All)
        {
            SectionSettings settings = _sections[key.Section];
            if (settings.TryGet(key.Name, out Setting setting))
                lines[key.FullName] = setting.Line;
            else if (key.IsList && settings.List is { } list)
                lines[key.FullName] = list.Line;
        }
        return lines;
    }

    public void Read(YamlNode root)
    {
        foreach ((YamlNode key, YamlNode value) in root.Pairs)
        {
            if (key.Kind != YamlNodeKind.Scalar)
            {
                _report.Warning(key.Line, "", $"{key.Describe()} as a key", "a section's name", "nothing from here on is read");
                return;
            }
            if (ConfigKeys.IsSection(key.Text))
                Section(key, value);
            else
                UnknownSection(key);
        }
    }

    private void UnknownSection(YamlNode key)
    {
        string accepted = ConfigKeys.SuggestSection(key.Text) is string meant
            ? $"did you mean {meant}?"
            : string.Join(", ", ConfigKeys.Sections);
        _report.Warning(key.Line, "", $"unknown section {DiagnosticList.QuoteKey(key.Text)}", accepted, "it is passed over");
    }

    private void Section(YamlNode key, YamlNode value)
    {
        string name = key.Text;
        if (value.Kind == YamlNodeKind.Sequence && ConfigKeys.Find(name, "list") is not null)
        {
            // The list alone is short for the section with its list.
            List(_sections[name], key, value);
            return;
        }
        if (value.Kind != YamlNodeKind.Mapping)
        {
            string found = value.Describe() == "nothing" ? "the section is empty" : $"found {value.Describe()}";
            const string Accepted = "keys with values below it, or no such line";
            // The original knows no threading section, so that nothing in it can stop a start.
            if (name == ThreadingSection.Name)
                _report.Warning(key.Line, name, found, Accepted, "it is passed over");
            else
                _report.Error(key.Line, name, found, Accepted);
            return;
        }
        SectionSettings settings = _sections[name];
        if (settings.Exists)
            _report.Warning(key.Line, name, "the section appears again", "", "it is merged over the earlier one");
        settings.Exists = true;
        var seen = new HashSet<string>();
        foreach ((YamlNode pairKey, YamlNode pairValue) in value.Pairs)
        {
            if (!Pair(name, settings, seen, pairKey, pairValue))
                break;
        }
        if (name == Socks5Section.Name)
            Requires(key, seen);
    }

    // False ends the section.
    private bool Pair(string section, SectionSettings settings, HashSet<string> seen, YamlNode key, YamlNode value)
    {
        if (key.Kind != YamlNodeKind.Scalar)
        {
            _report.Warning(key.Line, section, $"{key.Describe()} as a key", "a key's name", "the rest of the section is not read");
            return false;
        }
        bool known = ConfigKeys.Find(section, key.Text) is not null;
        if (!known)
            UnknownKey(section, key);
        if (value.Kind != YamlNodeKind.Scalar)
        {
            if (section == TunSection.Name && value.Kind == YamlNodeKind.Mapping && key.Text is "ipv4" or "ipv6")
                return MappingForm(settings, key, value);
            if (value.Kind == YamlNodeKind.Sequence && known && ConfigKeys.Find(section, key.Text)!.IsList)
            {
                List(settings, key, value);
                return true;
            }
            return NotScalar(section, key, value);
        }
        if (known)
            Set(section, settings, seen, key, value);
        return true;
    }

    private void List(SectionSettings settings, YamlNode key, YamlNode value)
    {
        if (settings.List is { } earlier)
            _report.Warning(key.Line, settings.FullName("list"), $"the list appears again after line {earlier.Line}", "", "the last one counts");
        settings.Exists = true;
        settings.List = value;
    }

    private void Set(string section, SectionSettings settings, HashSet<string> seen, YamlNode key, YamlNode value)
    {
        if (!seen.Add(key.Text) && settings.TryGet(key.Text, out Setting earlier))
            _report.Warning(key.Line, $"{section}.{key.Text}", $"the key appears again after line {earlier.Line}", "", "the last one counts");
        settings.Set(key.Text, new Setting(value.Text, value.Line));
    }

    // ipv4: { address: ..., prefix: ... } is how old files write it; the other keys never had an effect.
    private static bool MappingForm(SectionSettings settings, YamlNode key, YamlNode value)
    {
        foreach ((YamlNode innerKey, YamlNode innerValue) in value.Pairs)
        {
            if (innerKey is { Kind: YamlNodeKind.Scalar, Text: "address" } && innerValue.Kind == YamlNodeKind.Scalar)
                settings.Set(key.Text, new Setting(innerValue.Text, innerValue.Line));
        }
        return true;
    }

    private bool NotScalar(string section, YamlNode key, YamlNode value)
    {
        bool goesOn = section is not (Socks5Section.Name or MapDnsSection.Name or MiscSection.Name);
        _report.Warning(
            key.Line, section, $"key {DiagnosticList.QuoteKey(key.Text)} holds {value.Describe()}", "a single value",
            goesOn ? "the line is passed over" : "the rest of the section is not read");
        return goesOn;
    }

    private void UnknownKey(string section, YamlNode key)
    {
        string accepted = ConfigKeys.Suggest(section, key.Text) is string meant ? $"did you mean {meant}?" : "";
        _report.Warning(key.Line, section, $"unknown key {DiagnosticList.QuoteKey(key.Text)}", accepted, "it is passed over");
    }

    // Each appearance of the section must name the proxy, or the original does not start.
    private void Requires(YamlNode section, HashSet<string> seen)
    {
        foreach (string name in (ReadOnlySpan<string>)["port", "address"])
        {
            if (!seen.Contains(name))
                _report.Error(section.Line, $"{Socks5Section.Name}.{name}", "missing", ConfigKeys.Find(Socks5Section.Name, name)!.Accepted);
        }
    }
}
