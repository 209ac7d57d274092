namespace Penstock.Interleaving;

/// <summary>When one actor's stores become visible to the others.</summary>
/// <remarks>
/// Loads are made in program order in every model: a missing acquire is not found here. Stores are what the models
/// differ in, and with them the two classic defects: a store that a later load overtakes, and a store that is
/// published before the data it speaks of.
/// </remarks>
public enum MemoryModel
{
    /// <summary>At once: only the order of whole operations is explored.</summary>
    SequentiallyConsistent,

    /// <summary>Through a queue per actor, in order (x86): later loads overtake earlier stores.</summary>
    TotalStoreOrder,

    /// <summary>
    /// Out of a pool per actor (AArch64 as far as stores go): plain stores also overtake each other, a release store
    /// never overtakes what precedes it.
    /// </summary>
    WeakStores,
}
