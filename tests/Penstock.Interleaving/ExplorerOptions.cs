namespace Penstock.Interleaving;

/// <summary>How far an exploration goes.</summary>
public sealed record ExplorerOptions
{
    /// <summary>When stores become visible.</summary>
    public MemoryModel Model { get; init; } = MemoryModel.WeakStores;

    /// <summary>Switches away from an actor that could have gone on; null explores all.</summary>
    public int? Preemptions { get; init; }

    /// <summary>Bytes of shared memory.</summary>
    public int MemorySize { get; init; } = 256;

    /// <summary>Distinct states after which the exploration gives up with an exception: it is meant to be complete.</summary>
    public int MaximumStates { get; init; } = 20_000_000;

    /// <summary>Accesses of one actor after which it is said to run without end.</summary>
    public int MaximumAccesses { get; init; } = 500;
}
