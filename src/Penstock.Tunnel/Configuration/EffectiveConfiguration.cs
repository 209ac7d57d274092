using System.Text;
using Penstock.Tunnel.Configuration.Sections;

namespace Penstock.Tunnel.Configuration;

/// <summary>Shows the configuration in force, each value with its source.</summary>
public static class EffectiveConfiguration
{
    private const int SourceColumn = 40;

    /// <summary>YAML that means the same as the file, with the source of each value as a comment; secrets are left out.</summary>
    /// <param name="result">A usable result.</param>
    public static string Format(ConfigurationResult result)
    {
        var text = new StringBuilder();
        string section = "";
        foreach (ConfigKey key in ConfigKeys.All)
        {
            if (result.Options is null)
                break;
            if (key.Section != section)
                text.Append(section = key.Section).Append(":\n");
            string line = Line(key, result.Options);
            text.Append(line).Append(' ', line.Length < SourceColumn ? SourceColumn - line.Length : 1);
            text.Append("# ").Append(Source(key, result)).Append('\n');
            if (IsListOfProxies(key))
                AppendList(text, result.Options);
        }
        return text.ToString();
    }

    private static bool IsListOfProxies(ConfigKey key) => key.IsList && key.Section == ProxiesSection.Name;

    // What a proxy has from the socks5 section is not said again.
    private static void AppendList(StringBuilder text, TunnelOptions options)
    {
        foreach (ProxyEntry entry in options.Proxies.List)
        {
            text.Append("    - name: ").Append(Scalar(entry.Name)).Append('\n');
            TunnelOptions own = options with { Socks5 = entry.Socks5 };
            foreach (ConfigKey key in ConfigKeys.All)
            {
                bool isSaid = key.Section == Socks5Section.Name
                    && (key.Name is "address" or "port" || key.Effective(own) != key.Effective(options));
                if (isSaid)
                    text.Append("    ").Append(Line(key, own)).Append('\n');
            }
        }
    }

    private static string Line(ConfigKey key, TunnelOptions options) => key.Effective(options) switch
    {
        null => $"  # {key.Name}:",
        _ when IsListOfProxies(key) => $"  {key.Name}:",
        _ when key.IsSecret => $"  # {key.Name}: (set)",
        string value => $"  {key.Name}: {Scalar(value)}",
    };

    private static string Source(ConfigKey key, ConfigurationResult result)
    {
        if (result.Lines.TryGetValue(key.FullName, out int line))
            return $"{result.File}:{line}";
        return key.Effective(result.Options!) == key.Default ? "default" : "from another key";
    }

    // Quoted unless it is a plain word: a value such as "null" or "a: b" must read back as itself.
    private static string Scalar(string value)
    {
        foreach (char character in value)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '-' or '/' or '_'))
                return Quoted(value);
        }
        return value.Length == 0 || value[0] == '-' && value.Length == 1 ? Quoted(value) : value;
    }

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (char character in value)
        {
            if (character is '"' or '\\')
                text.Append('\\').Append(character);
            else if (char.IsControl(character))
                text.Append($"\\u{(int)character:x4}");
            else
                text.Append(character);
        }
        return text.Append('"').ToString();
    }
}
