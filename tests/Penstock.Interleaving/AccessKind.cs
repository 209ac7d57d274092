namespace Penstock.Interleaving;

/// <summary>What an actor asks of shared memory.</summary>
public enum AccessKind
{
    /// <summary>Nothing more: the actor has returned.</summary>
    Done,

    /// <summary>Reads.</summary>
    Load,

    /// <summary>Writes; visible when the memory model lets it be.</summary>
    Store,

    /// <summary>Writes after everything before it.</summary>
    StoreRelease,

    /// <summary>Writes when the word holds the comparand; the result is what it held.</summary>
    CompareExchange,

    /// <summary>Writes; the result is what the word held.</summary>
    Exchange,

    /// <summary>Adds; the result is what the word held.</summary>
    FetchAdd,

    /// <summary>All own stores are visible before it completes.</summary>
    FullFence,

    /// <summary>Own stores before it become visible before own stores after it.</summary>
    StoreFence,

    /// <summary>A turn of a spinning loop: goes on when something that the last turn read has changed.</summary>
    Pause,

    /// <summary>Blocks while the word holds the value.</summary>
    AwaitChange,

    /// <summary>An outcome that the world decides: each is explored.</summary>
    Choose,
}
