namespace Penstock.Tunnel.Shards;

/// <summary>The role of those who post to a <see cref="Mailbox{T}"/>.</summary>
/// <typeparam name="T">The message.</typeparam>
public readonly struct MailboxSender<T>
{
    private readonly MailboxRing<T, MailboxMemory<T>> _ring;

    internal MailboxSender(MailboxRing<T, MailboxMemory<T>> ring) => _ring = ring;

    /// <summary>Posts a message and wakes the owner if it sleeps; false, and nothing passed on, when the mailbox is full.</summary>
    public bool TryPost(in T message) => _ring.TryPost(message);
}
