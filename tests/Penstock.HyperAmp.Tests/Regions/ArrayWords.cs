using System;
using System.Runtime.InteropServices;
using Penstock.HyperAmp.Regions;

namespace Penstock.HyperAmp.Tests.Regions;

/// <summary>Words of an array, for single-threaded tests.</summary>
internal readonly struct ArrayWords(byte[] bytes) : ISharedWords
{
    private readonly byte[] _bytes = bytes;

    public byte[] Bytes => _bytes;

    public int Length => _bytes.Length;

    public byte ReadByte(int offset) => _bytes[offset];

    public ushort ReadUInt16(int offset) => At<ushort>(offset);

    public uint ReadUInt32(int offset) => At<uint>(offset);

    public ulong ReadUInt64(int offset) => At<ulong>(offset);

    public void WriteByte(int offset, byte value) => _bytes[offset] = value;

    public void WriteUInt16(int offset, ushort value) => At<ushort>(offset) = value;

    public void WriteUInt32(int offset, uint value) => At<uint>(offset) = value;

    public void WriteUInt64(int offset, ulong value) => At<ulong>(offset) = value;

    public byte CompareExchange(int offset, byte value, byte expected) => Swap(offset, value, expected);

    public uint CompareExchange(int offset, uint value, uint expected) => Swap(offset, value, expected);

    public ulong CompareExchange(int offset, ulong value, ulong expected) => Swap(offset, value, expected);

    public void Prefetch(uint offset)
    {
    }

    public uint Add(int offset, uint value) => At<uint>(offset) += value;

    public ulong Exchange(int offset, ulong value)
    {
        ulong before = At<ulong>(offset);
        At<ulong>(offset) = value;
        return before;
    }

    private ref T At<T>(int offset)
        where T : struct => ref MemoryMarshal.AsRef<T>(_bytes.AsSpan(offset, Marshal.SizeOf<T>()));

    private T Swap<T>(int offset, T value, T expected)
        where T : struct, IEquatable<T>
    {
        T before = At<T>(offset);
        if (before.Equals(expected))
            At<T>(offset) = value;
        return before;
    }
}
