using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Penstock.Linux.Batches;
using Penstock.Linux.Events;
using Penstock.Linux.Tests.Sockets;
using Penstock.Linux.Tun;
using Penstock.Tests;
using Xunit;

namespace Penstock.Linux.Tests.Batches;

/// <summary>Batches over real sockets and a real device, in one call where the kernel has io_uring, and in a call for each.</summary>
public sealed unsafe class IoBatchTests
{
    private const int Size = 8;

    [Fact]
    public void OneCallIsWhatTheKernelGives()
    {
        using var batch = new IoBatch();
        Assert.Equal(IoBatch.ProbeRing().IsSuccess, batch.IsOneCall);
        Assert.Equal(batch.IsOneCall, batch.IsOneCallForDevices);
        using var calls = new IoBatch(useRing: false);
        Assert.False(calls.IsOneCall);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EachSendAndReceiveHasItsOwnResult(bool useRing) => OwnThread.Run(() =>
    {
        using var batch = new IoBatch(useRing);
        using var first = new LoopbackPair("127.0.0.1");
        using var second = new LoopbackPair("::1");
        Span<byte> text = Pinned("abcdefgh"u8);
        batch.Begin(first.Client.Descriptor, BatchOperation.Send);
        batch.Add(text[..3]);
        batch.Begin(second.Client.Descriptor, BatchOperation.Send);
        batch.AddCopy("head"u8);
        batch.Add(text[3..]);
        batch.Submit();
        Assert.Equal((2, 3, 9), (batch.Count, batch.ResultOf(0).Value, batch.ResultOf(1).Value));

        first.WaitReadable(first.Server);
        second.WaitReadable(second.Server);
        second.Client.ShutdownSend();
        batch.Clear();
        Span<byte> one = Pinned(new byte[Size]), two = Pinned(new byte[Size]), three = Pinned(new byte[Size]);
        batch.Begin(first.Server.Descriptor, BatchOperation.Receive);
        batch.AddRoom(one);
        batch.Begin(second.Server.Descriptor, BatchOperation.Receive);
        batch.AddRoom(two[..4]);
        batch.AddRoom(three);
        batch.Begin(first.Server.Descriptor, BatchOperation.Receive);
        batch.AddRoom(three);
        batch.Submit();
        Assert.Equal((3, 9), (batch.ResultOf(0).Value, batch.ResultOf(1).Value));
        Assert.True(batch.ResultOf(2).IsAgain);
        Assert.Equal("abc"u8, one[..3]);
        Assert.Equal("head"u8, two[..4]);
        Assert.Equal("defgh"u8, three[..5]);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhoCannotGoOnHoldsUpNobody(bool useRing) => OwnThread.Run(() =>
    {
        using var batch = new IoBatch(useRing);
        using var full = new LoopbackPair("127.0.0.1");
        using var open = new LoopbackPair("127.0.0.1");
        using var gone = new LoopbackPair("127.0.0.1");
        byte[] much = new byte[1 << 20];
        while (!full.Client.Send(much).IsAgain)
        {
        }
        gone.Server.CloseWithReset();
        LoopbackPair.Wait(gone.Client.Descriptor, EpollInterest.Readable);
        const int Nobody = -1;
        Span<byte> text = Pinned("text"u8);
        foreach (int descriptor in (int[])[gone.Client.Descriptor, full.Client.Descriptor, Nobody, open.Client.Descriptor])
        {
            batch.Begin(descriptor, BatchOperation.Send);
            batch.Add(text);
        }
        batch.Submit();
        Assert.Contains(batch.ResultOf(0).Errno, (int[])[Errno.ECONNRESET, Errno.EPIPE]);
        Assert.True(batch.ResultOf(1).IsAgain || batch.ResultOf(1).IsSuccess, batch.ResultOf(1).ToString());
        Assert.Equal(Errno.EBADF, batch.ResultOf(2).Errno);
        Assert.Equal(4, batch.ResultOf(3).Value);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFullSocketGivesEagainAndIsNotWaitedFor(bool useRing) => OwnThread.Run(() =>
    {
        using var batch = new IoBatch(useRing);
        using var full = new LoopbackPair("127.0.0.1");
        byte[] much = new byte[1 << 20];
        while (!full.Client.Send(much).IsAgain)
        {
        }
        Span<byte> text = Pinned(much);
        for (int i = 0; i < 2; i++)
        {
            batch.Begin(full.Client.Descriptor, BatchOperation.Send);
            batch.Add(text[..4]);
            batch.Add(text);
        }
        batch.Submit();
        Assert.True(batch.ResultOf(1).IsAgain, batch.ResultOf(1).ToString());
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFullBatchKeepsItsOrderManyTimes(bool useRing) => OwnThread.Run(() =>
    {
        using var batch = new IoBatch(useRing);
        using var pair = new LoopbackPair("127.0.0.1");
        List<byte> arrived = [];
        byte[] buffer = new byte[4096];
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; !batch.IsFull; i++)
            {
                batch.Begin(pair.Client.Descriptor, BatchOperation.Send);
                batch.AddCopy([(byte)round, (byte)i]);
            }
            batch.Submit();
            for (int i = 0; i < batch.Count; i++)
                Assert.Equal(2, batch.ResultOf(i).Value);
            batch.Clear();
            while (arrived.Count < (round + 1) * 2 * IoBatch.Capacity)
            {
                int received = (int)pair.ReceiveSome(pair.Server, buffer);
                arrived.AddRange(buffer.AsSpan(0, received));
            }
        }
        for (int i = 0; i < arrived.Count; i += 2)
            Assert.Equal((i / 2 / IoBatch.Capacity, i / 2 % IoBatch.Capacity), (arrived[i], arrived[i + 1]));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADescriptorThatCannotPromiseNotToWaitIsServedAllTheSame(bool useRing) => OwnThread.Run(() =>
    {
        using var batch = new IoBatch(useRing);
        using var first = new EventFd();
        using var second = new EventFd();
        Span<byte> one = Pinned([1, 0, 0, 0, 0, 0, 0, 0]);
        for (int round = 0; round < 3; round++)
        {
            foreach (int descriptor in (int[])[first.Descriptor, second.Descriptor])
            {
                batch.Begin(descriptor, BatchOperation.Write);
                batch.Add(one);
            }
            batch.Submit();
            Assert.Equal((8, 8), (batch.ResultOf(0).Value, batch.ResultOf(1).Value));
            batch.Clear();
        }
    });

    [Fact]
    public void ADeviceThatIsRefusedIsReadByCallsFromThenOn() => OwnThread.Run(() =>
    {
        using var batch = new IoBatch();
        using SafeFileHandle one = File.OpenHandle("/proc/self/stat"), two = File.OpenHandle("/proc/self/stat"); // it may have to wait
        Span<byte> room = Pinned(new byte[Size]);
        foreach (SafeFileHandle handle in (SafeFileHandle[])[one, two])
        {
            batch.Begin((int)handle.DangerousGetHandle(), BatchOperation.Read);
            batch.AddRoom(room);
        }
        batch.Submit();
        Assert.Equal((Size, Size), (batch.ResultOf(0).Value, batch.ResultOf(1).Value));
        Assert.False(batch.IsOneCallForDevices);
        Assert.Equal(IoBatch.ProbeRing().IsSuccess, batch.IsOneCall);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnOperationWithoutPartsMovesNothing(bool useRing) => OwnThread.Run(() =>
    {
        using var batch = new IoBatch(useRing);
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        int end = (int)pipe.ClientSafePipeHandle.DangerousGetHandle();
        foreach ((string text, int moved) in new[] { ("abc", 3), ("", 0) })
        {
            for (int i = 0; i < 2; i++)
            {
                batch.Begin(end, BatchOperation.Write);
                batch.AddCopy(Encoding.ASCII.GetBytes(text));
            }
            batch.Submit();
            Assert.Equal((moved, moved), (batch.ResultOf(0).Value, batch.ResultOf(1).Value));
            batch.Clear();
        }
    });

    [Fact]
    public void NothingIsWrittenBesideTheBatch()
    {
        using var batch = new IoBatch(useRing: false);
        Assert.Throws<InvalidOperationException>(() => batch.Add([1]));
        while (!batch.IsFull)
            batch.Begin(-1, BatchOperation.Write);
        Assert.Throws<InvalidOperationException>(() => batch.Begin(-1, BatchOperation.Write));
        Assert.True(batch.IsFull);
    }

    [Fact]
    public void MoreThanACopyHoldsIsRefused()
    {
        using var batch = new IoBatch(useRing: false);
        batch.Begin(-1, BatchOperation.Write);
        batch.AddCopy(new byte[IoBatch.MostCopied]);
        Assert.Throws<ArgumentException>(() => batch.AddCopy([1]));
    }

    [NeedsTheory(Needs.Root | Needs.Tun)]
    [InlineData(true)]
    [InlineData(false)]
    public void AnEmptyDeviceIsNotWaitedFor(bool useRing) => OwnThread.RunInNewNetwork(() =>
    {
        using var batch = new IoBatch(useRing);
        using TunDevice tun = TunDevice.Open(new TunRequest { Name = "hev%d", Offload = TunOffload.None });
        Span<byte> room = Pinned(new byte[2048]);
        for (int i = 0; i < 2; i++)
        {
            batch.Begin(tun.Queues[0].Descriptor, BatchOperation.Read);
            batch.AddRoom(room);
        }
        batch.Begin(tun.Queues[0].Descriptor, BatchOperation.Write);
        batch.Add(room[..20]);
        batch.Submit();
        Assert.True(batch.ResultOf(0).IsAgain, batch.ResultOf(0).ToString());
        Assert.True(batch.ResultOf(1).IsAgain, batch.ResultOf(1).ToString());
        Assert.Contains(batch.ResultOf(2).Errno, (int[])[Errno.EIO, Errno.EINVAL]); // it is down
    });

    private static Span<byte> Pinned(ReadOnlySpan<byte> text)
    {
        Span<byte> memory = new(NativeMemory.Alloc((nuint)text.Length), text.Length);
        text.CopyTo(memory);
        return memory;
    }
}
