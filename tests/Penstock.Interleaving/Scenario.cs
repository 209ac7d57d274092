using System;
using System.Collections.Generic;

namespace Penstock.Interleaving;

/// <summary>A few actors over shared memory, and what must hold when they are done.</summary>
/// <remarks>
/// The constructor of a subclass sets up memory and objects, deterministically: it runs again for every new history of
/// an actor. An actor shares nothing with another but <see cref="VirtualMemory"/>: what one actor writes into
/// ordinary objects no other actor sees before <see cref="Check"/>, which sees what all have written.
/// </remarks>
public abstract class Scenario
{
    private readonly List<(string Name, Action Body, bool MayDie)> _actors = [];

    internal IReadOnlyList<(string Name, Action Body, bool MayDie)> Actors => _actors;

    /// <summary>Called at the end of every schedule; throws when something that must hold does not.</summary>
    /// <param name="memory">Shared memory when all actors are done and all stores visible.</param>
    public abstract void Check(ReadOnlySpan<byte> memory);

    /// <summary>Called after every step; throws when something that must always hold does not.</summary>
    public virtual void CheckAlways(ReadOnlySpan<byte> memory)
    {
    }

    /// <summary>Adds an actor: code that touches shared memory only through <see cref="VirtualMemory"/>.</summary>
    /// <param name="name">How schedules name it.</param>
    /// <param name="body">Runs to its end; an exception is a failure.</param>
    /// <param name="mayDie">Schedules in which it is killed before any of its accesses are explored too.</param>
    protected void Add(string name, Action body, bool mayDie = false) => _actors.Add((name, body, mayDie));
}
