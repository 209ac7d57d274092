using System.Threading;

namespace Penstock.Tunnel.Shards;

/// <summary>Shared words as they are in production: an array and the processor's own instructions.</summary>
internal readonly struct HeapWords(int count) : ISharedWords
{
    private readonly long[] _words = new long[count];

    /// <inheritdoc/>
    public long LoadAcquire(int word) => Volatile.Read(ref _words[word]);

    /// <inheritdoc/>
    public void StoreRelease(int word, long value) => Volatile.Write(ref _words[word], value);

    /// <inheritdoc/>
    public long CompareExchange(int word, long value, long comparand) =>
        Interlocked.CompareExchange(ref _words[word], value, comparand);

    /// <inheritdoc/>
    public void FullFence() => Interlocked.MemoryBarrier();
}
