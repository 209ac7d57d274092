namespace Penstock.HyperAmp.Owners;

/// <summary>An owner slot and the number its holder drew, so that a slot's next holder is somebody else.</summary>
/// <param name="Slot">0 to 63.</param>
/// <param name="Nonce">Not 0.</param>
public readonly record struct OwnerToken(int Slot, uint Nonce)
{
    /// <summary>The lock word of this owner.</summary>
    public ulong LockWord => ((ulong)Nonce << 32) | (uint)(Slot + 1);

    /// <summary>The owner that a lock word names; the slot is -1 when it names none.</summary>
    public static OwnerToken OfLockWord(ulong word)
    {
        uint slot = (uint)word;
        return new OwnerToken(slot is >= 1 and <= SideGeometry.OwnerSlots ? (int)slot - 1 : -1, (uint)(word >> 32));
    }
}
