using System;
using System.Net.Sockets;
using Penstock.Linux;
using Penstock.Linux.Tun;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Statistics;
using Xunit;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>Packets into a device that is one end of a pair of Unix sockets, whose send buffer bounds what it takes.</summary>
public sealed class TunOutputTests : IDisposable
{
    private readonly NativePacketMemory _memory = new();
    private readonly BufferPool _pool;

    public TunOutputTests() => _pool = new(_memory, new MemoryBudget(8 << 20));

    public void Dispose() => _memory.Dispose();

    [Fact]
    public void Only_a_refused_packet_of_more_than_65535_bytes_says_that_there_can_be_none()
    {
        using Socket far = Bind();
        using Socket near = Bind();
        near.Connect(far.LocalEndPoint!);
        near.SendBufferSize = 400_000;
        ShardCounters counters = new();
        TunOutput output = new(TunDevice.FromDescriptor((int)near.Handle).Queues[0], hasVirtioHeader: true, counters);

        Assert.True(Write(output, 100_000));
        output.EndBatch();
        near.SendBufferSize = 8192;
        Assert.False(Write(output, 60_000));
        Assert.Equal((1, Errno.EMSGSIZE), (counters.TunWriteErrors, counters.TunWriteLastErrno));
        Assert.True(output.BigRefusal.IsSuccess, "an ordinary packet was refused");

        Assert.False(Write(output, 100_000));
        Assert.Equal(Errno.EMSGSIZE, output.BigRefusal.Errno);
    }

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint($"\0penstock-output-{Guid.NewGuid():N}"));
        return socket;
    }

    private bool Write(TunOutput output, int bytes)
    {
        const int Part = 50_000;
        Lease[] text = new Lease[bytes / Part];
        for (int i = 0; i < text.Length; i++)
            text[i] = _pool.RentAlways(Part);
        bool written = output.Write(new OutgoingPacket { Headers = new byte[40], Payload = text, PayloadLength = text.Length * Part });
        foreach (Lease lease in text)
            lease.Release();
        return written;
    }
}
