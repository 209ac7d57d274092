using System.Threading;

namespace Penstock.Tunnel.Shards;

/// <summary>A mailbox's memory as it is in production: two arrays and the processor's own instructions.</summary>
/// <param name="capacity">Slots.</param>
/// <typeparam name="T">The message.</typeparam>
internal readonly struct MailboxMemory<T>(int capacity) : IMailboxMemory<T>
{
    private readonly long[] _words = new long[MailboxRing<T, MailboxMemory<T>>.WordsFor(capacity)];
    private readonly T[] _slots = new T[capacity];

    /// <inheritdoc/>
    public long LoadAcquire(int word) => Volatile.Read(ref _words[word]);

    /// <inheritdoc/>
    public void StoreRelease(int word, long value) => Volatile.Write(ref _words[word], value);

    /// <inheritdoc/>
    public long CompareExchange(int word, long value, long comparand) =>
        Interlocked.CompareExchange(ref _words[word], value, comparand);

    /// <inheritdoc/>
    public void FullFence() => Interlocked.MemoryBarrier();

    /// <inheritdoc/>
    public void Put(int slot, in T message) => _slots[slot] = message;

    /// <inheritdoc/>
    public T Take(int slot)
    {
        ref T held = ref _slots[slot];
        T message = held;
        held = default!;
        return message;
    }
}
