using Penstock.HyperAmp.Owners;

namespace Penstock.HyperAmp.Client;

/// <summary>This process's own knowledge of an entry it holds; what the shared record says is never trusted over it.</summary>
internal sealed class RequestSlot(int index, OwnerToken me)
{
    internal readonly int Index = index;
    internal readonly EntryWord Held = new(EntryState.Held, me);
    internal readonly EntryWord Cached = new(EntryState.Cached, me);
    internal readonly EntryWord Submitted = new(EntryState.Submitted, me);
    internal PayloadBlock Block;
    internal int Offset;
    internal int Capacity;

    /// <summary>Place among the kept slots, -1 when it has none.</summary>
    internal int Place = -1;

    /// <summary>The zero-copy face of this slot, made at its first use.</summary>
    internal ZoneRequest? Request;

    /// <summary>Which wakes concern whoever waits for this entry.</summary>
    internal uint WakeBits => 1u << (Index & 31);

    internal void SetBlock(PayloadBlock block, int unit)
    {
        Block = block;
        Offset = (int)block.First * unit;
        Capacity = (int)block.Units * unit;
    }
}
