using System;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;
using Penstock.Interleaving;

namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>A queue page, or the side region beside it, in the explorer's memory; only what a channel uses has a place.</summary>
/// <remarks><code>
///   explorer  0 … 63     the page: header and three entries
///            64 … 79     lock, journal of the sender
///            80 … 95     epoch, service, cycle, hint
///            96 … 103    owned
///           104 … 175    records, 24 bytes each
///           176 … 183    bitmap
///           184 … 215    payload, 8 bytes for each unit of 64
///           216 … 219    bell
/// </code></remarks>
internal readonly struct VirtualChannelWords(VirtualMemory memory, bool isSide) : ISharedWords
{
    public const int Entries = 3;
    public const int PageLength = 16 + 16 * Entries;
    public const int Units = 4;
    public const int MemorySize = 224;

    private const int Payload = 184;
    private const int BellHints = 452;

    public static SideGeometry Geometry { get; } = new(Entries, Units * 64);

    public int Length => isSide ? Geometry.Length : PageLength;

    public static int PayloadPlace(uint offset) => Payload + (int)(offset / 64 * 8);

    public byte ReadByte(int offset) => (byte)memory.Load(Place(offset), 1);

    public ushort ReadUInt16(int offset) => (ushort)memory.Load(Place(offset), 2);

    public uint ReadUInt32(int offset) => (uint)memory.Load(Place(offset), 4);

    public ulong ReadUInt64(int offset) => memory.Load(Place(offset), 8);

    public void WriteByte(int offset, byte value) => memory.StoreRelease(Place(offset), 1, value);

    public void WriteUInt16(int offset, ushort value) => memory.StoreRelease(Place(offset), 2, value);

    public void WriteUInt32(int offset, uint value)
    {
        // What the bell rings for only tells which lines to bring near: no order of it can matter.
        if (!isSide || offset is not (BellHints or BellHints + 4))
            memory.StoreRelease(Place(offset), 4, value);
    }

    public void WriteUInt64(int offset, ulong value) => memory.StoreRelease(Place(offset), 8, value);

    public byte CompareExchange(int offset, byte value, byte expected) => (byte)memory.CompareExchange(Place(offset), 1, value, expected);

    public uint CompareExchange(int offset, uint value, uint expected) => (uint)memory.CompareExchange(Place(offset), 4, value, expected);

    public ulong CompareExchange(int offset, ulong value, ulong expected) => memory.CompareExchange(Place(offset), 8, value, expected);

    public void Prefetch(uint offset)
    {
    }

    public uint Add(int offset, uint value) => (uint)memory.FetchAdd(Place(offset), 4, value) + value;

    public ulong Exchange(int offset, ulong value) => memory.Exchange(Place(offset), 8, value);

    private int Place(int offset)
    {
        if (!isSide)
            return offset;
        SideGeometry geometry = Geometry;
        int record = offset - geometry.Records;
        return offset switch
        {
            >= 64 and < 80 => offset,
            >= 128 and < 144 => offset - 128 + 80,
            >= 448 and < 452 => offset - 448 + 216,
            _ when offset >= geometry.Bitmap && offset < geometry.Bitmap + 8 => offset - geometry.Bitmap + 176,
            _ when record >= 0 && record % 64 < 24 => 104 + record / 64 * 24 + record % 64,
            _ when offset >= geometry.Owned && offset < geometry.Owned + 2 * Entries => offset - geometry.Owned + 96,
            _ => throw new ArgumentOutOfRangeException(nameof(offset), offset, "a channel has no business there"),
        };
    }
}
