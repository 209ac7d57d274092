namespace Penstock.HyperAmp.Ring;

/// <summary>A control page's fields at one look; the peer may be changing them.</summary>
/// <param name="Header">The producer's index.</param>
/// <param name="Tail">The consumer's index.</param>
/// <param name="Capacity">Indices; 0 before a creator has finished.</param>
/// <param name="Length">Messages waiting, or -1 when the indices make no sense.</param>
/// <param name="Enqueued">Messages ever enqueued, modulo 2^32.</param>
/// <param name="Dequeued">Messages ever dequeued, modulo 2^32.</param>
/// <param name="LockValue">1 while held.</param>
/// <param name="LockOwner">Zone of the holder; 0 also when free.</param>
/// <param name="LockCount">Times the lock was taken.</param>
/// <param name="Contention">Times somebody had to wait for it.</param>
public readonly record struct RingStatus(
    int Header, int Tail, int Capacity, int Length, uint Enqueued, uint Dequeued, uint LockValue, uint LockOwner, uint LockCount, uint Contention);
