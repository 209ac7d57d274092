using System;
using Penstock.Linux.Memory;
using Penstock.Stack.Buffers;

namespace Penstock.Bench.Shards;

/// <summary>Packet memory as the tunnel has it.</summary>
internal sealed class MappedMemory : PacketMemory
{
    private readonly MappedPacketMemory _pages = new();

    public override Memory<byte> Allocate(int size) => _pages.Allocate(size);

    public override void Free(Memory<byte> memory) => _pages.Free(memory);
}
