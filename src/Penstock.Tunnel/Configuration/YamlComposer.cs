using System;
using System.Collections.Generic;
using System.IO;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Penstock.Tunnel.Configuration;

/// <summary>Makes a tree from the first document of a YAML text.</summary>
/// <remarks>
/// It stands on YamlDotNet's events, because its node classes refuse repeated keys, which are legal here. The text is
/// hostile: depth and number of nodes are bounded, and an alias costs nothing, whatever it repeats.
/// </remarks>
internal sealed class YamlComposer
{
    private const int MaxDepth = 32;
    private const int MaxNodes = 50_000;

    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = [];
    private int _nodes;

    private YamlComposer(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>The root of the first document, or null when there is none (an empty text, or only comments).</summary>
    /// <param name="text">The text, without a byte order mark.</param>
    /// <param name="more">True when another document follows, which nobody reads.</param>
    /// <exception cref="YamlException">The text is not YAML, or passes a bound.</exception>
    public static YamlNode? Compose(string text, out bool more)
    {
        var composer = new YamlComposer(text);
        more = false;
        if (!composer.MoveTo<DocumentStart>())
            return null;
        composer.Next();
        YamlNode root = composer.Node(0);
        more = composer.HasAnotherDocument();
        return root;
    }

    private ParsingEvent Current => _parser.Current ?? throw new YamlException("the text ends too early");

    private void Next()
    {
        if (!Step())
            throw new YamlException("the text ends too early");
    }

    // Some texts make the parser fail by its own means, with exceptions of other kinds: they are no YAML either.
    private bool Step()
    {
        try
        {
            return _parser.MoveNext();
        }
        catch (Exception problem) when (problem is not (YamlException or OutOfMemoryException))
        {
            Mark at = _parser.Current?.End ?? Mark.Empty;
            throw new YamlException(at, at, "the text cannot be understood from here on");
        }
    }

    private bool MoveTo<T>()
        where T : ParsingEvent
    {
        while (Step())
        {
            if (_parser.Current is T)
                return true;
        }
        return false;
    }

    // The current event is the node's first; after it, the current event is the node's last.
    private YamlNode Node(int depth)
    {
        ParsingEvent start = Current;
        if (depth > MaxDepth)
            throw new YamlException(start.Start, start.End, $"more than {MaxDepth} levels");
        if (++_nodes > MaxNodes)
            throw new YamlException(start.Start, start.End, $"more than {MaxNodes} values");
        switch (start)
        {
            case AnchorAlias alias:
                return _anchors.TryGetValue(alias.Value.Value, out YamlNode? target)
                    ? target
                    : throw new YamlException(start.Start, start.End, "an alias without its anchor");
            case Scalar scalar:
                return Anchored(scalar, new YamlNode(YamlNodeKind.Scalar, scalar.Value, LineOf(start)));
            case SequenceStart sequence:
                YamlNode list = Anchored(sequence, new YamlNode(YamlNodeKind.Sequence, "", LineOf(start)));
                for (Next(); Current is not SequenceEnd; Next())
                    list.Items.Add(Node(depth + 1));
                return list;
            case MappingStart mapping:
                YamlNode map = Anchored(mapping, new YamlNode(YamlNodeKind.Mapping, "", LineOf(start)));
                for (Next(); Current is not MappingEnd; Next())
                {
                    YamlNode key = Node(depth + 1);
                    Next();
                    map.Pairs.Add((key, Node(depth + 1)));
                }
                return map;
            default:
                throw new YamlException(start.Start, start.End, "a value is missing");
        }
    }

    private YamlNode Anchored(NodeEvent start, YamlNode node)
    {
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor.Value] = node;
        return node;
    }

    // What stands behind the first document is nobody's business, so mistakes in it are none.
    private bool HasAnotherDocument()
    {
        try
        {
            return MoveTo<DocumentStart>();
        }
        catch (YamlException)
        {
            return true;
        }
    }

    private static int LineOf(ParsingEvent start) => (int)start.Start.Line;
}
