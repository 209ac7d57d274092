namespace Penstock.Tunnel.Shards;

/// <summary>The words that threads share, and the only operations that lock-free code of this room does on them.</summary>
/// <remarks>
/// Lock-free code is generic over a struct of this interface. In production that struct is <see cref="HeapWords"/>, and
/// the calls compile to the bare instructions; a test puts virtual memory in its place and runs the same code through
/// every interleaving. Anything that two threads touch and that is not a word here must be handed from one to the
/// other by a release and its acquire.
/// </remarks>
internal interface ISharedWords
{
    /// <summary>Reads; what the released value's writer did before is visible to what follows.</summary>
    long LoadAcquire(int word);

    /// <summary>Writes; all that this thread did before is visible to whoever acquires the value.</summary>
    void StoreRelease(int word, long value);

    /// <summary>Writes when the word holds <paramref name="comparand"/>; a full fence both ways. Returns what it held.</summary>
    long CompareExchange(int word, long value, long comparand);

    /// <summary>Earlier stores become visible before later loads are made: the order that release and acquire do not give.</summary>
    void FullFence();
}
