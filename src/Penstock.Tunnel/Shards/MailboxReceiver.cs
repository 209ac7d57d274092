namespace Penstock.Tunnel.Shards;

/// <summary>The role of the shard that owns a <see cref="Mailbox{T}"/>; used on its thread only.</summary>
/// <remarks>
/// The duty cycle around it. <see cref="PrepareToSleep"/> must be the last look at the mailbox before the wait: what is
/// posted after it rings the alarm, which ends the wait.
/// <code>
///   while (TryTake(out T message)) handle(message);
///   bool mayBlock = PrepareToSleep();
///   wait(mayBlock ? until the next deadline : not at all);      // the alarm's eventfd is among what it waits for
///   Woken();
/// </code>
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public readonly struct MailboxReceiver<T>
{
    private readonly MailboxRing<T, MailboxMemory<T>> _ring;

    internal MailboxReceiver(MailboxRing<T, MailboxMemory<T>> ring) => _ring = ring;

    /// <summary>Takes the oldest message; false when there is none, or when the oldest is still being written.</summary>
    public bool TryTake(out T message) => _ring.TryTake(out message);

    /// <summary>Announces a wait; false when a message has arrived meanwhile, and then the owner must not block.</summary>
    public bool PrepareToSleep() => _ring.PrepareToSleep();

    /// <summary>Says that the wait is over, whatever ended it. Harmless when <see cref="PrepareToSleep"/> said false.</summary>
    public void Woken() => _ring.Woken();
}
