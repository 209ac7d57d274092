namespace Penstock.HyperAmp.Ring;

/// <summary>Where the fields of a ring's control page lie.</summary>
/// <remarks>
/// <code>
///      0  map modes (2 × u8) | header u16 | tail u16 | capacity u16      one aligned word, read at once
///      8  block_size u16 | reserved u16
///     12  phy_addr u64 | virt_addr1 u64 | virt_addr2 u64                 unaligned; written once by the creator
///     36  table1[125] × 16, table2[125] × 16                            not used
///   4036  lock_value u32 | owner_zone u32 | lock_count u32 | contention u32
///   4052  magic u32 | version u32 | enqueue_count u32 | dequeue_count u32
///   4068  zero to the end of the page
/// </code>
/// "header" is the index that the producer moves and "tail" the one that the consumer moves. A message enqueued when
/// header is h lies in block h + 1, so block 0 of the data is never used and the last one is block "capacity".
/// </remarks>
internal static class ControlPage
{
    public const int Size = 4096;
    public const int Head = 0;
    public const int Header = 2;
    public const int Tail = 4;
    public const int Capacity = 6;
    public const int BlockSize = 8;
    public const int Reserved = 10;
    public const int PhysicalAddress = 12;
    public const int VirtualAddress1 = 20;
    public const int VirtualAddress2 = 28;
    public const int LockValue = 4036;
    public const int OwnerZone = 4040;
    public const int LockCount = 4044;
    public const int Contention = 4048;
    public const int Magic = 4052;
    public const int Version = 4056;
    public const int EnqueueCount = 4060;
    public const int DequeueCount = 4064;

    public const uint MagicValue = 0x48415150;
    public const uint VersionValue = 1;

    /// <summary>What our creator leaves in the reserved field of rings that do not share their blocks; legacy rings have 0.</summary>
    public const ushort SeparateDataMark = 0x5344;
}
