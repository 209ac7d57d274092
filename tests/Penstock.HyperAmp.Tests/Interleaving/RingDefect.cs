namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>A mistake planted into the ring, for the explorer to find.</summary>
public enum RingDefect
{
    None,

    /// <summary>The original's alloc_slot: the index moves before the block is written (S12).</summary>
    PublishFirst,

    /// <summary>The index is stored without release.</summary>
    PlainIndex,
}
