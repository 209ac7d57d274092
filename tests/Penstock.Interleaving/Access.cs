namespace Penstock.Interleaving;

/// <summary>One operation of an actor on shared memory.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Size">1, 2, 4 or 8 bytes; for <see cref="AccessKind.Choose"/> the number of outcomes.</param>
/// <param name="Value">The value to store or add, or the one to be awaited away.</param>
/// <param name="Comparand">For a compare-exchange.</param>
public readonly record struct Access(AccessKind Kind, int Offset = 0, int Size = 0, ulong Value = 0, ulong Comparand = 0)
{
    /// <summary>True for what cannot complete while own stores are still on their way.</summary>
    public bool NeedsDrainedStores => Kind is AccessKind.CompareExchange or AccessKind.Exchange or AccessKind.FetchAdd
        or AccessKind.FullFence or AccessKind.AwaitChange;

    /// <summary>The operation as a line of a schedule shows it.</summary>
    public override string ToString() => Kind switch
    {
        AccessKind.Done or AccessKind.FullFence or AccessKind.StoreFence or AccessKind.Pause => Kind.ToString(),
        AccessKind.Choose => $"Choose 1 of {Size}",
        AccessKind.Load => $"Load{Size * 8} [{Offset}]",
        AccessKind.CompareExchange => $"CompareExchange{Size * 8} [{Offset}] {Comparand:x} -> {Value:x}",
        _ => $"{Kind}{Size * 8} [{Offset}] {Value:x}",
    };
}
