using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp;

/// <summary>What an operator does to a region: makes it, and puts it in order.</summary>
public static class RegionRecovery
{
    /// <summary>Makes the queue of a blank region; with force also of one that is in any state, under a new epoch.</summary>
    /// <exception cref="RegionException">The page is in no known layout, or the lock cannot be had.</exception>
    public static void Initialise(ZoneChannel channel, bool force)
    {
        MappedWords page = new(channel.Region.Queue);
        if (force && Queue.QueueFormat.Detect(page) is null)
        {
            // Nothing that follows could make sense of such a page; a living service notices and waits meanwhile.
            for (int i = 0; i + 4 <= page.Length; i += 4)
                page.WriteUInt32(i, 0);
        }
        using SideLease lease = SideLease.Join(channel.Region, channel.Configuration.Layout, OwnerKind.Client);
        if (!force)
            return;
        SharedChannel<MappedWords> shared = Enter(lease);
        shared.Repair.Reset();
        shared.Leave();
    }

    /// <summary>Frees what dead owners held.</summary>
    /// <returns>True when there was one. Joining does the same, so this is the count of what was found on the way in too.</returns>
    public static bool Recover(ZoneChannel channel)
    {
        bool before = new ZoneObserver(channel).CountDeadOwners() > 0;
        using SideLease lease = SideLease.Join(channel.Region, channel.Configuration.Layout, OwnerKind.Client);
        SharedChannel<MappedWords> shared = Enter(lease);
        bool found = shared.Repair.RecoverDeadOwners();
        found |= shared.ReclaimQuarantined() > 0;
        shared.Leave();
        return found || before;
    }

    private static SharedChannel<MappedWords> Enter(SideLease lease)
    {
        SharedChannel<MappedWords> shared = new(lease.Queue, lease.Side, lease.Me, lease);
        return shared.Enter(Deadline.After(5000))
            ? shared
            : throw new RegionException("the channel's lock is held by a living owner that does not let go");
    }
}
