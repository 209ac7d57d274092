using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Penstock.Cli.Tests.HyperAmp;

/// <summary>The quick reference has what <c>--help</c> has: every command, and every option in its command's row.</summary>
public sealed partial class QuickReferenceTests : IDisposable
{
    private readonly Zone _zone = new();

    public void Dispose() => _zone.Dispose();

    [Theory]
    [InlineData("quick-reference.md")]
    [InlineData("quick-reference.zh.md")]
    public void Every_command_and_option_is_there(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Root(), "docs", "hyperamp", name));
        var missing = new List<string>();
        foreach (string family in (string[])["shm", "amp"])
        {
            foreach (string command in Names(Command(), "Commands:", family))
            {
                string text = TextOf($"{family} {command}", lines);
                if (text.Length == 0)
                    missing.Add($"{family} {command}");
                missing.AddRange(Names(Option(), "Options:", family, command).Where(option => !IsIn(text, option)).Select(option => $"{family} {command} {option}"));
            }
        }
        Assert.Empty(missing);
    }

    // A command's rows; the ring has a table of its options besides.
    private static string TextOf(string command, string[] lines)
    {
        IEnumerable<string> rows = lines.Where(line => Regex.IsMatch(line, $"`{command}[ `]"));
        IEnumerable<string> table = command != "amp ring" ? [] : lines
            .SkipWhile(line => !line.StartsWith("| `-a ", StringComparison.Ordinal)).TakeWhile(line => line.Length > 0);
        return string.Join('\n', rows.Concat(table));
    }

    // One of an option's names is enough.
    private static bool IsIn(string text, string names) => names.Split(", ").Any(name => Regex.IsMatch(text, $"[`[ ]{name}[]` ]"));

    // The names in a part of a command's help.
    private List<string> Names(Regex entry, string part, params string[] command)
    {
        (int status, string output, _) = _zone.Run([.. command, "--help"]);
        Assert.Equal(0, status);
        List<string> names = [.. output.Split('\n').SkipWhile(line => line != part).Skip(1).TakeWhile(line => line.Length > 0)
            .Select(line => entry.Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];
        Assert.True(names.Count > 0 || part == "Options:", $"no {part} {output}");
        return names;
    }

    private static string Root()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Penstock.slnx")))
            directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("the tests do not run within the repository");
    }

    [GeneratedRegex("^  ([a-z_]+) ")]
    private static partial Regex Command();

    // Help's own names begin with -? and are passed over.
    [GeneratedRegex("^  (-[a-zA-Z-]+(?:, -[a-zA-Z-]+)*)")]
    private static partial Regex Option();
}
