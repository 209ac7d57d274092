using System.Collections.Generic;

namespace Penstock.Interleaving;

/// <summary>Where an actor stands: the results of all its accesses so far, and with them the access that it asks next.</summary>
/// <remarks>
/// An actor is a function of what its accesses returned, so this is its whole local state. Logs form a tree with one
/// node per distinct history; an actor is run again only when a history is new.
/// </remarks>
internal sealed class ActorLog
{
    private Dictionary<ulong, ActorLog>? _children;

    private ActorLog(ActorLog? parent, ulong result, int id)
    {
        Parent = parent;
        Result = result;
        Id = id;
        Length = parent is null ? 0 : parent.Length + 1;
    }

    internal ActorLog? Parent { get; }

    /// <summary>What the parent's <see cref="Next"/> returned.</summary>
    internal ulong Result { get; }

    internal int Length { get; }

    /// <summary>Unique within the exploration.</summary>
    internal int Id { get; }

    /// <summary>The access that the actor asks for here; known once <see cref="IsKnown"/>.</summary>
    internal Access Next { get; private set; }

    /// <summary>What the actor threw here instead of asking, if it did.</summary>
    internal System.Exception? Thrown { get; private set; }

    internal bool IsKnown { get; private set; }

    internal static ActorLog Root(ref int ids) => new(null, 0, ids++);

    internal ActorLog After(ulong result, ref int ids)
    {
        _children ??= [];
        if (!_children.TryGetValue(result, out ActorLog? child))
            _children[result] = child = new ActorLog(this, result, ids++);
        return child;
    }

    internal void Know(Access next, System.Exception? thrown)
    {
        Next = next;
        Thrown = thrown;
        IsKnown = true;
    }

    /// <summary>The results in the order in which they came.</summary>
    internal ulong[] Results()
    {
        ulong[] results = new ulong[Length];
        for (ActorLog node = this; node.Parent is not null; node = node.Parent)
            results[node.Length - 1] = node.Result;
        return results;
    }
}
