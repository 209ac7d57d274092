using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Penstock.Tunnel.Tests.Documents;

/// <summary>The repository's documents.</summary>
internal static class Document
{
    /// <summary>The directory of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Those for users, by their paths from the root.</summary>
    public static IEnumerable<string> Paths =>
        Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Select(file => Path.GetRelativePath(Root, file)).Order().Prepend("README.md");

    /// <summary>The text of a document.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>What stands in its blocks of a language.</summary>
    public static IEnumerable<string> Blocks(string path, string language) =>
        Regex.Matches(Read(path), $"^```{language}\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select(block => block.Groups[1].Value);

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Penstock.slnx")))
            directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("the tests do not run within the repository");
    }
}
