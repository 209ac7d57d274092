using System;
using Penstock.Linux;
using Penstock.Linux.Batches;
using Penstock.Linux.Events;
using Penstock.Linux.Tun;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Wire.Virtio;

namespace Penstock.Tunnel.Shards;

// A packet's way in:
//
//   read buffer:   | pad 6 | virtio header 10 | IP packet ...... |
//                  0       6                  16 (aligned)
//
// The stack takes shares of what it keeps. A buffer in which nothing was kept is read into again, while it is warm.
internal sealed partial class Shard
{
    private const int PacketOffset = 16;
    private const int ReadSize = PacketOffset + 65535;
    private const int BatchPackets = 64;
    private const int BatchBytes = 256 * 1024;

    private const int MostReads = 32;
    private const int MostLargeReads = 4;
    private const int LargePacket = 8192;

    private readonly Lease[] _readBuffers = new Lease[MostReads];
    private int _reads = 2; // what the next call asks for
    private bool _packetsAreLarge;
    private bool _deviceReadable;
    private bool _deviceHangsUp;

    private sealed class DeviceEvents(Shard shard) : IPollable
    {
        public void OnReady(EpollReady ready)
        {
            shard._deviceReadable = true;
            shard._deviceHangsUp |= (ready & EpollReady.HangUp) != 0;
        }
    }

    private void Watch()
    {
        _batch = new IoBatch(_group.UsesRing);
        const EpollInterest Edges = EpollInterest.Readable | EpollInterest.EdgeTriggered;
        Poll.Add(_alarm.Descriptor, new AlarmEvents(this), Edges, out _).ThrowOnError("watch the mailbox");
        if (_queue is null)
            return;
        Poll.Add(_queue.Descriptor, new DeviceEvents(this), Edges, out _).ThrowOnError("watch the TUN queue");
        _deviceReadable = true;
        PrepareBuffers();
        _readBuffers[0] = Pool.RentAlways(ReadSize);
    }

    /// <summary>What one flow with the largest windows needs at most: text of each direction, a batch and the reads in front of it, some small texts.</summary>
    private void PrepareBuffers()
    {
        const int SmallTexts = 64;
        TcpOptions tcp = new();
        int up = tcp.MaxReceiveWindow / (_virtioSize > 0 ? BufferPool.Largest : Math.Max(576, _group.Options.Tun.Mtu));
        Pool.Prepare(BufferPool.Largest, MostReads + BatchPackets + tcp.MaxSendBuffer / DownloadBuffers.SmallText);
        Pool.Prepare(Math.Min(_virtioSize > 0 ? BufferPool.Largest : _group.Options.Tun.Mtu, BufferPool.Largest), up);
        for (int size = 512; size < BufferPool.Largest; size *= 4)
            Pool.Prepare(size, SmallTexts);
        // The runtime binds what is called for the first time, and allocates for it: a buffer goes the whole way now.
        Pool.RentAlways(1).Release();
        Pool.Trim();
        Pool.Trim();
    }

    private void ReadDevice()
    {
        int bytes = 0, packets = 0, largest = 0;
        while (_deviceReadable && packets < BatchPackets && bytes < BatchBytes)
            bytes += ReadSome(ref packets, ref largest);
        _packetsAreLarge = largest >= LargePacket;
        _reads = packets + packets / 4 + 1;
        for (int i = 1; i < MostReads; i++)
        {
            _readBuffers[i].Release();
            _readBuffers[i] = default;
        }
    }

    /// <summary>Packets in one call: as many as the last turn had and a few more, the last for the news that there are no others.</summary>
    private int ReadSome(ref int packets, ref int largest)
    {
        int asked = Ask(BatchPackets - packets);
        for (int i = 0; i < asked; i++)
        {
            MakeSole(i);
            _batch.Begin(_queue!.Descriptor, BatchOperation.Read);
            _batch.AddRoom(_readBuffers[i].Span[(PacketOffset - _virtioSize)..]);
        }
        _batch.Submit();
        _batch.Clear();
        int bytes = 0;
        for (int i = 0; i < asked; i++)
        {
            SysResult read = _batch.ResultOf(i);
            int length = Take(i, read);
            bytes += length;
            largest = Math.Max(largest, length);
            packets += read.IsSuccess ? 1 : 0; // an empty one as well: whoever sends nothing else must not keep the turn from ending
        }
        _packetsAreLarge |= largest >= LargePacket;
        _reads = 2 * asked;
        return bytes;
    }

    private int Ask(int left)
    {
        if (!_batch.IsOneCallForDevices)
            return 1;
        int most = _packetsAreLarge || Pool.Budget.IsTight ? MostLargeReads : MostReads;
        return Math.Min(Math.Clamp(_reads, 2, most), left);
    }

    /// <summary>A packet, or the news that there is none; the value is its length.</summary>
    private int Take(int index, SysResult read)
    {
        if (!read.IsSuccess)
        {
            OnReadFailed(read);
            return 0;
        }
        if (read.Value == 0 && _deviceHangsUp)
        {
            _deviceReadable = false;
            _fail("the TUN descriptor is at its end: whoever handed it in has closed the other end");
        }
        int length = (int)read.Value - _virtioSize;
        if (length <= 0)
            return 0;
        Counters.PacketsFromTun++;
        Counters.BytesFromTun += length;
        ref Lease buffer = ref _readBuffers[index];
        Input(buffer.Slice(PacketOffset, length), OffloadOf(buffer));
        return length;
    }

    private PacketOffload OffloadOf(in Lease buffer)
    {
        if (_virtioSize == 0 || !VirtioHeader.TryRead(buffer.Span[(PacketOffset - _virtioSize)..], out VirtioHeader header))
            return default;
        return new PacketOffload(header.ChecksumTrusted, header.SegmentSize);
    }

    private void MakeSole(int index)
    {
        ref Lease buffer = ref _readBuffers[index];
        if (buffer.IsSole)
            return;
        buffer.Release();
        buffer = Pool.RentAlways(ReadSize);
    }

    private void OnReadFailed(SysResult read)
    {
        _deviceReadable = false;
        // An interface that is only down reports EIO and speaks again when it is up; one that is gone has no queue.
        if (TunQueue.IsGone(read))
            _fail("the TUN device is gone: it was deleted, or its queue was detached");
    }
}
