using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Ring;

/// <summary>The lock word of a control page, taken by one compare-exchange 0 to 1.</summary>
/// <remarks>
/// <code>
///   free ── CAS 0→1, count+1, owner=zone ──► held ── owner=0, value=0 ──► free
///                                              │
///                 no new holder for a lease ───┴── CAS count→count+1: exactly one waiter takes it over
/// </code>
/// The bytes have no room for an owner's identity, so death is judged by progress: the count moves with every holder.
/// A holder that died left the indices valid, because the index is the last thing it stores. One that was only stopped
/// for longer than the lease may store an old index when it wakes; the lease must exceed any such stop.
/// </remarks>
/// <param name="words">The control page, in memory that has a compare-exchange.</param>
public readonly struct RingLock<TWords>(TWords words)
    where TWords : struct, ISharedWords
{
    private readonly TWords _words = words;

    /// <summary>Takes the lock if it is free.</summary>
    public bool TryEnter(uint zone)
    {
        if (_words.CompareExchange(ControlPage.LockValue, 1u, 0u) != 0u)
            return false;
        Own(zone);
        return true;
    }

    /// <summary>Takes the lock; waits for its holder, and takes over from one that is dead.</summary>
    /// <returns>False when the word stayed taken for two leases although its count moved.</returns>
    public bool Enter(RingOptions options) => TryEnter(options.Zone) || EnterContended(options);

    /// <summary>Takes the lock over from the holder that left the count as it is, unless another waiter does.</summary>
    /// <param name="count">The count as the waiter has seen it for the whole lease.</param>
    /// <param name="zone">The new owner.</param>
    public bool TryTakeOver(uint count, uint zone)
    {
        if (_words.CompareExchange(ControlPage.LockCount, count + 1, count) != count)
            return false;
        _words.WriteUInt32(ControlPage.OwnerZone, zone);
        return true;
    }

    /// <summary>Gives the lock back.</summary>
    public void Exit()
    {
        _words.WriteUInt32(ControlPage.OwnerZone, 0);
        // Release: the next holder's compare-exchange sees the indices stored under the lock.
        _words.WriteUInt32(ControlPage.LockValue, 0);
    }

    private void Own(uint zone)
    {
        _words.WriteUInt32(ControlPage.OwnerZone, zone);
        _words.Add(ControlPage.LockCount, 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool EnterContended(RingOptions options)
    {
        _words.Add(ControlPage.Contention, 1);
        long started = Stopwatch.GetTimestamp();
        long lastProgress = started;
        uint seen = _words.ReadUInt32(ControlPage.LockCount);
        SpinWait spin = default;
        while (Stopwatch.GetElapsedTime(started) < 2 * options.LockLease)
        {
            if (TryEnter(options.Zone))
                return true;
            uint count = _words.ReadUInt32(ControlPage.LockCount);
            if (count != seen)
            {
                seen = count;
                lastProgress = Stopwatch.GetTimestamp();
            }
            else if (Stopwatch.GetElapsedTime(lastProgress) >= options.LockLease && TryTakeOver(seen, options.Zone))
                return true;
            spin.SpinOnce();
        }
        return false;
    }
}
