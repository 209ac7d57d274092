using System;
using System.Threading;

namespace Penstock.Tunnel.Shards;

/// <summary>A bounded queue into one shard: any thread posts, the shard takes, and nobody waits for anybody.</summary>
/// <remarks>
/// Posting and taking are roles: <see cref="Sender"/> may be copied to every thread, the receiver
/// (<see cref="AcquireReceiver"/>) is given out once, to the shard's own thread. Messages of one sender arrive in the order in which they were posted.
/// No operation allocates or blocks; a full mailbox refuses, and the refusal is for the sender to count.
/// </remarks>
/// <typeparam name="T">The message. Whatever it refers to passes from the sender to the receiver.</typeparam>
/// <param name="alarm">Rung when a message arrives for a sleeping owner, once per sleep.</param>
/// <param name="capacity">Messages held, a power of two, 2 to 2^20.</param>
/// <exception cref="ArgumentOutOfRangeException">The capacity is none of those.</exception>
public sealed class Mailbox<T>(IAlarm alarm, int capacity = Mailbox<T>.DefaultCapacity)
{
    /// <summary>Messages that a shard's mailbox holds.</summary>
    public const int DefaultCapacity = 4096;

    private readonly MailboxRing<T, MailboxMemory<T>> _ring = new(new MailboxMemory<T>(capacity), alarm, capacity);
    private int _receiverTaken;

    /// <summary>The posting role, for any number of threads.</summary>
    public MailboxSender<T> Sender => new(_ring);

    /// <summary>Messages inside, posted ones that are not yet complete included; a snapshot, from any thread.</summary>
    public int Depth => _ring.Depth;

    /// <summary>The taking role.</summary>
    /// <exception cref="InvalidOperationException">It has been given out already.</exception>
    public MailboxReceiver<T> AcquireReceiver()
    {
        if (Interlocked.Exchange(ref _receiverTaken, 1) != 0)
            throw new InvalidOperationException("a mailbox has one receiver, and it has been acquired already");
        return new(_ring);
    }
}
