namespace Penstock.HyperAmp.Ring;

/// <summary>What a backend has done since it began.</summary>
/// <param name="Sessions">Sessions opened.</param>
/// <param name="Data">Data messages.</param>
/// <param name="Services">Service calls.</param>
/// <param name="Bulk">Bulk transfers.</param>
/// <param name="Texts">Device and strategy messages.</param>
/// <param name="Unknown">Messages of other types.</param>
/// <param name="Replies">Answers sent.</param>
/// <param name="RepliesDropped">Answers for which no room came in time.</param>
/// <param name="Corrupted">Messages dropped because they made no sense.</param>
public readonly record struct RingBackendCounters(
    long Sessions, long Data, long Services, long Bulk, long Texts, long Unknown, long Replies, long RepliesDropped, long Corrupted)
{
    /// <summary>All messages that were understood.</summary>
    public long Messages => Sessions + Data + Services + Bulk + Texts + Unknown;
}
