using System;
using Penstock.Stack.Buffers;

namespace Penstock.Simulation;

/// <summary>Packet memory for worlds that come and go: the collector's own, filled with rubbish so that nobody counts on zeros.</summary>
public sealed class HeapMemory : PacketMemory
{
    /// <inheritdoc/>
    public override Memory<byte> Allocate(int size)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(size);
        Array.Fill(bytes, (byte)0xdb);
        return bytes;
    }

    /// <inheritdoc/>
    public override void Free(Memory<byte> memory)
    {
    }
}
