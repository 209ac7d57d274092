using System;
using Penstock.Stack.Buffers;

namespace Penstock.Stack.Tests;

/// <summary>Packet memory from the collector's heap: tests hand it to nobody outside.</summary>
internal sealed class HeapMemory : PacketMemory
{
    public override Memory<byte> Allocate(int size) => new byte[size];

    public override void Free(Memory<byte> memory)
    {
    }
}
