using System.Collections.Generic;

namespace Penstock.Tunnel.Configuration;

/// <summary>A node of the file's tree, with the line it stands on.</summary>
/// <remarks>
/// Pairs are a list and not a dictionary because repeated keys are legal here: the last one wins, and every repetition
/// is told. An alias is the same object as its anchor, so a tree is never larger than its file.
/// </remarks>
internal sealed class YamlNode(YamlNodeKind kind, string text, int line)
{
    public YamlNodeKind Kind { get; } = kind;

    /// <summary>A scalar's text, without its quotes; a type tag makes no difference. Empty for the other kinds.</summary>
    public string Text { get; } = text;

    public int Line { get; } = line;

    /// <summary>A mapping's pairs in the file's order; empty for the other kinds.</summary>
    public List<(YamlNode Key, YamlNode Value)> Pairs { get; } = [];

    /// <summary>A list's values in the file's order; empty for the other kinds.</summary>
    public List<YamlNode> Items { get; } = [];

    /// <summary>The kind as a person names it.</summary>
    public string Describe() => Kind switch
    {
        YamlNodeKind.Mapping => "a mapping",
        YamlNodeKind.Sequence => "a list",
        _ => Text.Length == 0 ? "nothing" : "a single value",
    };
}
