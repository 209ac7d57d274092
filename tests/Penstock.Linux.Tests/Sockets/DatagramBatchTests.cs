using System;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Tests;
using Xunit;

namespace Penstock.Linux.Tests.Sockets;

/// <summary>Many real datagrams a call, over the loopback.</summary>
public sealed class DatagramBatchTests
{
    private readonly byte[] _memory = GC.AllocateArray<byte>(1 << 20, pinned: true);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void ManyDatagramsCrossInTwoCalls(string loopback) => OwnThread.Run(() =>
    {
        using DatagramSocket sender = DatagramSocketTests.Bound(loopback);
        using DatagramSocket receiver = DatagramSocketTests.Bound(loopback);
        using var send = new DatagramSendBatch(16);
        using var receive = new DatagramReceiveBatch(8);
        Span<byte> head = _memory.AsSpan(0, 16);
        Span<byte> body = _memory.AsSpan(16, 100);
        for (int i = 0; i < 16; i++)
        {
            head[i] = (byte)i;
            Assert.True(send.TryAdd(head.Slice(i, 1), body[..i], receiver.LocalAddress));
        }
        Assert.False(send.TryAdd(head, body));
        Assert.Equal(16, sender.Send(send).Value);
        Assert.True(send.IsSent);

        SetBuffers(receive, 10);
        for (int call = 0; call < 2; call++)
        {
            LoopbackPair.Wait(receiver.Descriptor, EpollInterest.Readable);
            Assert.Equal(8, receiver.Receive(receive).Value);
            for (int slot = 0; slot < 8; slot++)
            {
                int i = call * 8 + slot;
                Assert.Equal(Math.Min(i + 1, 10), receive.LengthOf(slot));
                Assert.Equal(i + 1 > 10, receive.IsTruncated(slot));
                Assert.Equal(i, BufferOf(slot, 10)[0]);
                Assert.Equal(sender.LocalAddress, receive.SenderOf(slot));
                Assert.Equal(0, receive.SegmentSizeOf(slot));
            }
        }
        Assert.True(receiver.Receive(receive).IsAgain);
        Assert.Equal(0, receive.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => receive.LengthOf(0));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARowOfSegmentsArrivesAsARowOrAsDatagrams(bool coalesced) => OwnThread.Run(() =>
    {
        using DatagramSocket sender = DatagramSocketTests.Bound("127.0.0.1");
        using DatagramSocket receiver = DatagramSocketTests.Bound("127.0.0.1");
        Assert.True(sender.CanSegment);
        if (coalesced)
            Assert.Equal("OK", receiver.SetReceiveCoalescing().Name);
        using var send = new DatagramSendBatch(2);
        using var receive = new DatagramReceiveBatch(8);
        SetBuffers(receive, 65_535);
        sender.Connect(receiver.LocalAddress).ThrowOnError("connect");
        Span<byte> row = _memory.AsSpan(^2500);
        for (int i = 0; i < row.Length; i++)
            row[i] = (byte)(i / 1000);
        Assert.True(send.TryAdd(row, default, segmentSize: 1000));
        Assert.Equal(1, sender.Send(send).Value);

        LoopbackPair.Wait(receiver.Descriptor, EpollInterest.Readable);
        long count = receiver.Receive(receive).Value;
        if (coalesced)
        {
            Assert.Equal(1, count);
            Assert.Equal((2500, 1000), (receive.LengthOf(0), receive.SegmentSizeOf(0)));
            Assert.Equal(row, BufferOf(0, 2500));
        }
        else
        {
            Assert.Equal(3, count);
            Assert.Equal((1000, 1000, 500), (receive.LengthOf(0), receive.LengthOf(1), receive.LengthOf(2)));
            Assert.Equal(2, BufferOf(2, 500)[499]);
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheKernelTellsHowManyDatagramsFoundNoRoom(bool coalesced) => OwnThread.Run(() =>
    {
        const int Sent = 200;
        using DatagramSocket sender = DatagramSocketTests.Bound("127.0.0.1");
        using DatagramSocket receiver = DatagramSocketTests.Bound("127.0.0.1");
        receiver.SetReceiveBuffer(16_384).ThrowOnError("receive buffer");
        if (coalesced)
            receiver.SetReceiveCoalescing().ThrowOnError("coalescing");
        using var receive = new DatagramReceiveBatch(8);
        SetBuffers(receive, 65_535);
        for (int i = 0; i < Sent; i++)
            sender.SendTo(_memory.AsSpan(0, 1000), receiver.LocalAddress).ThrowOnError("send");
        int received = 0;
        LoopbackPair.Wait(receiver.Descriptor, EpollInterest.Readable);
        while (receiver.Receive(receive).IsSuccess)
            received += receive.Count;
        Assert.InRange(received, 1, Sent - 1);
        Assert.Equal((uint)(Sent - received), receiver.Lost);

        using var send = new DatagramSendBatch(1);
        send.TryAdd(_memory.AsSpan(0, 2000), default, receiver.LocalAddress, segmentSize: 1000);
        Assert.Equal(1, sender.Send(send).Value);
        LoopbackPair.Wait(receiver.Descriptor, EpollInterest.Readable);
        Assert.True(receiver.Receive(receive).IsSuccess);
        Assert.Equal(coalesced ? 1000 : 0, receive.SegmentSizeOf(0));
    });

    [Fact]
    public void OneBatchServesSocketsOfBothKinds() => OwnThread.Run(() =>
    {
        using DatagramSocket open = DatagramSocketTests.Bound("127.0.0.1");
        using DatagramSocket connected = DatagramSocketTests.Bound("127.0.0.1");
        using DatagramSocket sender = DatagramSocketTests.Bound("127.0.0.1");
        connected.Connect(sender.LocalAddress).ThrowOnError("connect");
        connected.SetReceiveCoalescing().ThrowOnError("coalescing");
        using var receive = new DatagramReceiveBatch(4);
        using var send = new DatagramSendBatch(1);
        SetBuffers(receive, 65_535);
        for (int round = 0; round < 3; round++)
        {
            for (int count = 1; count <= 4; count++)
            {
                for (int i = 0; i < count; i++)
                    sender.SendTo(_memory.AsSpan(0, 100 * count + i), open.LocalAddress).ThrowOnError("send");
                for (int got = 0; got < count;)
                {
                    LoopbackPair.Wait(open.Descriptor, EpollInterest.Readable);
                    open.Receive(receive).ThrowOnError("receive");
                    for (int i = 0; i < receive.Count; i++, got++)
                        Assert.Equal((100 * count + got, sender.LocalAddress), (receive.LengthOf(i), receive.SenderOf(i)));
                }
                Assert.True(open.Receive(receive).IsAgain);

                send.Clear();
                send.TryAdd(_memory.AsSpan(0, 1000 * count), default, connected.LocalAddress, segmentSize: 500);
                Assert.Equal(1, sender.Send(send).Value);
                LoopbackPair.Wait(connected.Descriptor, EpollInterest.Readable);
                Assert.Equal(1, connected.Receive(receive).Value);
                Assert.Equal((1000 * count, 500), (receive.LengthOf(0), receive.SegmentSizeOf(0)));
            }
        }
    });

    [Fact]
    public void AFailedDatagramIsSkippedAndTheOthersGo() => OwnThread.Run(() =>
    {
        using DatagramSocket sender = DatagramSocketTests.Bound("127.0.0.1");
        using DatagramSocket receiver = DatagramSocketTests.Bound("127.0.0.1");
        using var send = new DatagramSendBatch(3);
        Span<byte> one = _memory.AsSpan(0, 1);
        send.TryAdd(one, default, receiver.LocalAddress);
        send.TryAdd(_memory.AsSpan(0, 70_000), default, receiver.LocalAddress); // more than a datagram holds
        send.TryAdd(one, default, receiver.LocalAddress);
        Assert.Equal(1, sender.Send(send).Value);
        Assert.Equal("EMSGSIZE", sender.Send(send).Name);
        send.SkipFailed();
        Assert.Equal(1, sender.Send(send).Value);
        Assert.True(send.IsSent);
        Assert.Equal(0, sender.Send(send).Value);
        send.Clear();
        Assert.Equal(0, send.Count);
    });

    private Span<byte> BufferOf(int slot, int length) => _memory.AsSpan(4096 + slot * 65_536, length);

    private void SetBuffers(DatagramReceiveBatch batch, int length)
    {
        for (int slot = 0; slot < batch.Capacity; slot++)
            batch.SetBuffer(slot, BufferOf(slot, length));
    }
}
