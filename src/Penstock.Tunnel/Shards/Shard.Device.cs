using System;
using Penstock.Linux;
using Penstock.Linux.Events;
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
    private const int BatchBytes = 512 * 1024;

    private Lease _readBuffer;
    private bool _deviceReadable;

    private sealed class DeviceEvents(Shard shard) : IPollable
    {
        public void OnReady(EpollReady ready) => shard._deviceReadable = true;
    }

    private void Watch()
    {
        const EpollInterest Edges = EpollInterest.Readable | EpollInterest.EdgeTriggered;
        Poll.Add(_alarm.Descriptor, new AlarmEvents(this), Edges, out _).ThrowOnError("watch the mailbox");
        if (_queue is null)
            return;
        Poll.Add(_queue.Descriptor, new DeviceEvents(this), Edges, out _).ThrowOnError("watch the TUN queue");
        _deviceReadable = true;
        PrepareBuffers();
        _readBuffer = Pool.RentAlways(ReadSize);
    }

    /// <summary>What one flow with the largest windows needs at most: text of each direction, a batch, some small texts.</summary>
    private void PrepareBuffers()
    {
        const int SmallTexts = 64;
        TcpOptions tcp = new();
        int up = tcp.MaxReceiveWindow / (_virtioSize > 0 ? BufferPool.Largest : Math.Max(576, _group.Options.Tun.Mtu));
        Pool.Prepare(BufferPool.Largest, BatchPackets + tcp.MaxSendBuffer / DownloadBuffers.SmallText);
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
        int bytes = 0;
        for (int packets = 0; packets < BatchPackets && bytes < BatchBytes; packets++)
        {
            if (!_readBuffer.IsSole)
                NewReadBuffer();
            int start = PacketOffset - _virtioSize;
            SysResult read = _queue!.Read(_readBuffer.Span[start..]);
            if (!read.IsSuccess)
            {
                OnReadFailed(read);
                return;
            }
            int length = (int)read.Value - _virtioSize;
            if (length <= 0)
                continue;
            bytes += length;
            Counters.PacketsFromTun++;
            Counters.BytesFromTun += length;
            Input(_readBuffer.Slice(PacketOffset, length), OffloadOf(start));
        }
    }

    private PacketOffload OffloadOf(int start)
    {
        if (_virtioSize == 0 || !VirtioHeader.TryRead(_readBuffer.Span[start..], out VirtioHeader header))
            return default;
        return new PacketOffload(header.ChecksumTrusted, header.SegmentSize);
    }

    private void NewReadBuffer()
    {
        _readBuffer.Release();
        _readBuffer = Pool.RentAlways(ReadSize);
    }

    private void OnReadFailed(SysResult read)
    {
        _deviceReadable = false;
        // An interface that is only down reports EIO and speaks again when it is up; one that is gone has no queue.
        if (!read.IsAgain && read.Errno is Errno.EBADFD or Errno.EBADF or Errno.ENODEV)
            _fail("the TUN device is gone: it was deleted, or its queue was detached");
    }
}
