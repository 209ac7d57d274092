namespace Penstock.Simulation.Plans;

/// <summary>What the app's end does with its receive window.</summary>
public enum WindowGame
{
    /// <summary>Takes text at once.</summary>
    None,

    /// <summary>Takes text at a rate, so that the window fills.</summary>
    Slow,

    /// <summary>Takes nothing for a while, then all, several times.</summary>
    ZeroForAWhile,

    /// <summary>Announces every few bytes that it has taken: the receiver's half of the silly window syndrome.</summary>
    Silly,

    /// <summary>Takes back window that it has announced.</summary>
    Shrinking,
}
