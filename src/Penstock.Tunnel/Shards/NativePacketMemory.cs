using System;
using Penstock.Linux.Memory;
using Penstock.Stack.Buffers;

namespace Penstock.Tunnel.Shards;

/// <summary>Packet memory from the kernel's pages, outside the collector's heap.</summary>
internal sealed class NativePacketMemory : PacketMemory, IDisposable
{
    private readonly MappedPacketMemory _pages = new();

    public override Memory<byte> Allocate(int size) => _pages.Allocate(size);

    public override void Prepare(int size, int count) => _pages.Prepare(size, count);

    public override void Free(Memory<byte> memory) => _pages.Free(memory);

    /// <summary>After the shards have ended: what their pools keep goes back as a whole.</summary>
    public void Dispose() => _pages.Dispose();
}
