namespace Penstock.HyperAmp.Owners;

/// <summary>State and owner of an entry in one word, so that one compare-exchange changes hands.</summary>
/// <param name="Value">State in bits 0 to 7, owner slot in 8 to 15, the owner's nonce in 32 to 63.</param>
public readonly record struct EntryWord(ulong Value)
{
    /// <summary>Packs a word.</summary>
    public EntryWord(EntryState state, OwnerToken owner)
        : this((byte)state | ((ulong)(byte)owner.Slot << 8) | ((ulong)owner.Nonce << 32))
    {
    }

    /// <summary>The state; a value that no state has means the word was scribbled over.</summary>
    public EntryState State => (EntryState)(byte)Value;

    /// <summary>The owner.</summary>
    public OwnerToken Owner => new((byte)(Value >> 8), (uint)(Value >> 32));
}
