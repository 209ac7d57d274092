using System;
using Penstock.Stack.Buffers;

namespace Penstock.Stack.Tests.Ip;

/// <summary>Packet memory on the heap: what lies where makes no difference to the stack's rules.</summary>
internal sealed class ArrayPacketMemory : PacketMemory
{
    public override Memory<byte> Allocate(int size) => new byte[size];

    public override void Free(Memory<byte> memory)
    {
    }
}
