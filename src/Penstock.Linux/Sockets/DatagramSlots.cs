using System;
using System.Runtime.InteropServices;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Sockets;

/// <summary>The native arrays behind a batch of datagrams: one block, a slot for each datagram.</summary>
/// <remarks>
/// <code>
///   mmsghdr[n] | iovec[n * vectors] | address:112[n] | control:24[n]
/// </code>
/// A control message is a cmsghdr and one number: the size of the segments that the datagram is made of.
/// </remarks>
internal sealed unsafe class DatagramSlots : IDisposable
{
    internal const int Most = 1024;
    internal const int AddressRoom = 112;
    internal const int ControlSize = 24;

    private readonly int _vectors;
    private byte* _block;

    internal DatagramSlots(int count, int vectors)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        Count = count;
        _vectors = vectors;
        int slot = sizeof(mmsghdr) + vectors * sizeof(IoVector) + AddressRoom + ControlSize;
        _block = (byte*)NativeMemory.AllocZeroed((nuint)count, (nuint)slot);
        for (int i = 0; i < count; i++)
        {
            ref msghdr header = ref Message(i).msg_hdr;
            header.msg_iov = Vector(i);
            header.msg_iovlen = (nuint)vectors;
        }
    }

    internal int Count { get; }

    internal int Vectors => _vectors;

    internal mmsghdr* First => (mmsghdr*)_block;

    internal ref mmsghdr Message(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)i, (uint)Count, nameof(i));
        ObjectDisposedException.ThrowIf(_block is null, this);
        return ref First[i];
    }

    internal IoVector* Vector(int i) => (IoVector*)(_block + Count * sizeof(mmsghdr)) + i * _vectors;

    internal byte* Address(int i) => (byte*)((IoVector*)(_block + Count * sizeof(mmsghdr)) + Count * _vectors) + i * AddressRoom;

    internal byte* Control(int i) => Address(Count) + i * ControlSize;

    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }
}
