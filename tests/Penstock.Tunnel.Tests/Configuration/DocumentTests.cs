using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Tests.Documents;
using Xunit;

namespace Penstock.Tunnel.Tests.Configuration;

/// <summary>The documents say what the parser does.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Table_of_keys_is_the_parser_s_with_its_defaults()
    {
        var documented = new List<string>();
        string section = "";
        foreach (string line in File.ReadLines(Path.Combine(Document.Root, "docs", "configuration.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..].Trim();
            Match row = Row().Match(line);
            if (row.Success)
                documented.Add($"{section}.{row.Groups[1].Value} = {row.Groups[2].Value.Trim('`', ' ')}");
        }
        Assert.Equal(ConfigKeys.All.Select(key => $"{key.FullName} = {key.Default ?? "none"}"), documented);
    }

    [Theory]
    [InlineData("main.yml")]
    [InlineData("main-mt.yml")]
    [InlineData("several-proxies.yml")]
    public void Example_is_read_without_a_warning(string name)
    {
        ConfigurationResult result = TunnelConfiguration.Load(Path.Combine(Document.Root, "conf", name));
        Assert.NotNull(result.Options);
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity != DiagnosticSeverity.Note);
    }

    [Fact]
    public void Every_line_that_the_example_comments_out_can_be_used()
    {
        // "#   key: value" and "#   section:" are lines of configuration; a sentence ends with a dot or has blanks in its name.
        IEnumerable<string> lines = File.ReadLines(Path.Combine(Document.Root, "conf", "main.yml"))
            .Select(line => Commented().Replace(line, "$1$2"));
        ConfigurationResult result = ConfigText.Parse(string.Join('\n', lines));
        Assert.DoesNotContain(result.Diagnostics, d => d.Severity == DiagnosticSeverity.Error || d.Found.Contains("unknown", StringComparison.Ordinal));
        Assert.True(result.Lines.Count > 25, $"only {result.Lines.Count} keys");
    }

    [GeneratedRegex(@"^\| `([a-z0-9-]+)`(?: \*\*new\*\*)? \| ([^|]*) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"^( *)# ?((?: *)[a-z0-9-]+:(?: [^ ].*)?)$")]
    private static partial Regex Commented();
}
