using System.Collections.Generic;

namespace Penstock.Linux.Processes;

/// <summary>A program to run.</summary>
public sealed record ChildRequest
{
    /// <summary>The file itself: no shell, no search in PATH.</summary>
    public required string Path { get; init; }

    /// <summary>All arguments, the program's name in front.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>"NAME=value" entries in front of the inherited environment.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Where it starts; null for where this process is.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Make it the leader of a session of its own, without a terminal.</summary>
    public bool NewSession { get; init; }

    /// <summary>Give it /dev/null as standard input, output and error instead of ours.</summary>
    public bool NullStreams { get; init; }

    /// <summary>Descriptors of ours that it gets as 3, 4, ... in this order; no others are passed on.</summary>
    public IReadOnlyList<int> Descriptors { get; init; } = [];
}
