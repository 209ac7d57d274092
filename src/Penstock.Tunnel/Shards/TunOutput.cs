using System;
using System.Runtime.CompilerServices;
using Penstock.Linux;
using Penstock.Linux.Batches;
using Penstock.Linux.Tun;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Statistics;
using Penstock.Wire.Virtio;

namespace Penstock.Tunnel.Shards;

/// <summary>A TUN queue as the stack's output: one system call a packet, payload from where it lies.</summary>
/// <remarks>
/// <code>
///   writev:  | virtio header | IP | TCP |   | text |  | text | ...
///            '------- _headers --------'    '--- leases ----'
/// </code>
/// </remarks>
internal sealed class TunOutput(TunQueue queue, bool hasVirtioHeader, ShardCounters counters) : IPacketOutput
{
    private const int MaxPieces = 64;
    private const int MaxHeaders = 256;
    private const int MaxComplete = 1280;
    private IoBatch? _batch;
    private bool _refuses;
    private bool _hasWrittenBig;

    /// <summary>What became of BIG TCP packets: a failure once the device had no memory for one in few enough parts.</summary>
    public SysResult BigRefusal { get; private set; }

    /// <summary>Packets enter the kernel together from now on, until <see cref="EndBatch"/>: their texts stay as they are meanwhile.</summary>
    /// <remarks>While the device refuses (it is down), packets are written one by one, so that the stack hears of it and tries again soon.</remarks>
    public void BeginBatch(IoBatch batch) => _batch = _refuses ? null : batch;

    /// <summary>What was gathered goes out; what the device refuses counts as lost on the way.</summary>
    public void EndBatch()
    {
        if (_batch is { Count: > 0 } batch)
            Submit(batch);
        _batch = null;
        _hasWrittenBig = false;
    }

    public bool Write(in OutgoingPacket packet) => packet.Headers.Length <= MaxHeaders
        ? Write(packet, stackalloc byte[VirtioHeader.Size + MaxHeaders])
        : WriteComplete(packet);

    // An ICMP error comes in one piece with what it quotes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool WriteComplete(in OutgoingPacket packet) => Write(packet, stackalloc byte[VirtioHeader.Size + MaxComplete]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Write(in OutgoingPacket packet, Span<byte> headers)
    {
        int start = 0;
        _hasWrittenBig |= packet.Length > ushort.MaxValue;
        if (hasVirtioHeader)
        {
            Describe(packet).Write(headers);
            start = VirtioHeader.Size;
        }
        packet.Headers.CopyTo(headers[start..]);
        if (_batch is { } batch)
        {
            if (start + packet.Headers.Length <= IoBatch.MostCopied)
            {
                Gather(batch, packet, headers[..(start + packet.Headers.Length)]);
                return true;
            }
            Submit(batch); // what was written before leaves before
        }
        Span<IoVector> vectors = stackalloc IoVector[MaxPieces];
        GatherList pieces = new(vectors);
        pieces.Add(headers[..(start + packet.Headers.Length)]);
        foreach (ref readonly Lease text in packet.Payload)
            pieces.Add(text.Span);
        SysResult written = queue.Write(ref pieces);
        Count(written);
        return written.IsSuccess;
    }

    private void Gather(IoBatch batch, in OutgoingPacket packet, ReadOnlySpan<byte> headers)
    {
        batch.Begin(queue.Descriptor, BatchOperation.Write);
        batch.AddCopy(headers);
        foreach (ref readonly Lease text in packet.Payload)
            batch.Add(text.Span);
        if (batch.IsFull)
            Submit(batch);
    }

    private void Submit(IoBatch batch)
    {
        batch.Submit();
        for (int i = 0; i < batch.Count; i++)
            Count(batch.ResultOf(i));
        batch.Clear();
    }

    private void Count(SysResult written)
    {
        _refuses = !written.IsSuccess;
        if (written.IsSuccess)
        {
            counters.PacketsToTun++;
            counters.BytesToTun += written.Value - (hasVirtioHeader ? VirtioHeader.Size : 0);
        }
        else if (written.IsAgain)
        {
            counters.TunWriteFull++;
        }
        else
        {
            if (_hasWrittenBig && written.Errno is Errno.EMSGSIZE or Errno.ENOBUFS or Errno.ENOMEM)
                BigRefusal = written;
            counters.TunWriteError(written.Errno);
        }
    }

    private static VirtioHeader Describe(in OutgoingPacket packet)
    {
        if (!packet.NeedsChecksum)
            return default;
        byte gso = packet.SegmentSize == 0 ? VirtioHeader.GsoNone
            : packet.ChecksumOffset == 6 ? VirtioHeader.GsoUdp
            : packet.IsV6 ? VirtioHeader.GsoTcpV6 : VirtioHeader.GsoTcpV4;
        return new VirtioHeader(
            VirtioHeader.NeedsChecksum, gso, (ushort)packet.Headers.Length, (ushort)packet.SegmentSize,
            (ushort)packet.ChecksumStart, (ushort)packet.ChecksumOffset);
    }
}
