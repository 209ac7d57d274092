using System;
using Penstock.HyperAmp.Regions;
using Penstock.Interleaving;

namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>A control page's words in the explorer's memory, without the page's unused middle.</summary>
/// <remarks><code>
///   page       0 … 11    4036 … 4067
///   explorer   0 … 11      16 … 47      blocks from 64 on
/// </code></remarks>
internal readonly struct VirtualPage(VirtualMemory memory) : ISharedWords
{
    private const int LockValue = 4036;

    public int Length => 4096;

    public byte ReadByte(int offset) => (byte)memory.Load(Place(offset), 1);

    public ushort ReadUInt16(int offset) => (ushort)memory.Load(Place(offset), 2);

    public uint ReadUInt32(int offset) => (uint)memory.Load(Place(offset), 4);

    public ulong ReadUInt64(int offset) => memory.Load(Place(offset), 8);

    public void WriteByte(int offset, byte value) => memory.StoreRelease(Place(offset), 1, value);

    public void WriteUInt16(int offset, ushort value) => memory.StoreRelease(Place(offset), 2, value);

    public void WriteUInt32(int offset, uint value) => memory.StoreRelease(Place(offset), 4, value);

    public void WriteUInt64(int offset, ulong value) => memory.StoreRelease(Place(offset), 8, value);

    public byte CompareExchange(int offset, byte value, byte expected) => (byte)memory.CompareExchange(Place(offset), 1, value, expected);

    public uint CompareExchange(int offset, uint value, uint expected) => (uint)memory.CompareExchange(Place(offset), 4, value, expected);

    public ulong CompareExchange(int offset, ulong value, ulong expected) => memory.CompareExchange(Place(offset), 8, value, expected);

    public void Prefetch(uint offset)
    {
    }

    public uint Add(int offset, uint value) => (uint)memory.FetchAdd(Place(offset), 4, value) + value;

    public ulong Exchange(int offset, ulong value) => memory.Exchange(Place(offset), 8, value);

    private static int Place(int offset) => offset switch
    {
        < 12 => offset,
        >= LockValue and < LockValue + 32 => 16 + offset - LockValue,
        _ => throw new ArgumentOutOfRangeException(nameof(offset), offset, "the protocol has no business there"),
    };
}
