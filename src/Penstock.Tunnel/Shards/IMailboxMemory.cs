namespace Penstock.Tunnel.Shards;

/// <summary>What the two sides of a mailbox share: words, slots, and the only operations that they do on them.</summary>
/// <remarks>
/// The ring is generic over a struct of this interface. In production that is <see cref="MailboxMemory{T}"/>, and the
/// calls compile to the bare instructions; a test puts virtual memory in its place and drives the same ring through
/// every interleaving.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
internal interface IMailboxMemory<T>
{
    /// <summary>Reads a word; what the released value's writer did before is visible to what follows.</summary>
    long LoadAcquire(int word);

    /// <summary>Writes a word; all that this thread did before is visible to whoever acquires the value.</summary>
    void StoreRelease(int word, long value);

    /// <summary>Writes when the word holds <paramref name="comparand"/>; a full fence. Returns what it held.</summary>
    long CompareExchange(int word, long value, long comparand);

    /// <summary>Earlier stores become visible before later loads are made: the order that release and acquire do not give.</summary>
    void FullFence();

    /// <summary>Writes a message into a slot, with plain stores.</summary>
    void Put(int slot, in T message);

    /// <summary>Reads a slot and clears it, so that it keeps nothing alive, with plain loads and stores.</summary>
    T Take(int slot);
}
