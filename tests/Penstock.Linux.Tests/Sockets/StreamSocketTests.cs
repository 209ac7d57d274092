using System;
using System.Collections.Generic;
using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Tests;
using Xunit;

namespace Penstock.Linux.Tests.Sockets;

/// <summary>Real TCP over the loopback.</summary>
public sealed class StreamSocketTests
{
    public static TheoryData<string> Loopbacks => ["127.0.0.1", "::1"];

    [Theory]
    [MemberData(nameof(Loopbacks))]
    public void WhatIsSentArrives(string loopback) => OwnThread.Run(() =>
    {
        using var pair = new LoopbackPair(loopback);
        Assert.Equal(5, pair.Client.Send("hello"u8).Value);
        byte[] buffer = new byte[16];
        Assert.Equal(5, pair.ReceiveSome(pair.Server, buffer));
        Assert.Equal("hello"u8, buffer.AsSpan(0, 5));
        Assert.Equal(pair.Client.LocalAddress, pair.Server.PeerAddress);
        Assert.Equal(pair.Client.PeerAddress, pair.Server.LocalAddress);
        Assert.True(pair.Server.Receive(buffer).IsAgain);
    });

    [Fact]
    public unsafe void ListsGatherAndScatterInOrder() => OwnThread.Run(() =>
    {
        using var pair = new LoopbackPair("127.0.0.1");
        Span<byte> first = stackalloc byte[3];
        Span<byte> second = stackalloc byte[4];
        "abc"u8.CopyTo(first);
        "defg"u8.CopyTo(second);
        var gather = new GatherList(stackalloc IoVector[4]);
        gather.Add(first);
        gather.Add(default);
        gather.Add(second);
        Assert.Equal((2, 7), (gather.Count, gather.Length));
        Assert.Equal(7, pair.Client.Send(ref gather).Value);

        pair.WaitReadable(pair.Server);
        Span<byte> head = stackalloc byte[5];
        Span<byte> tail = stackalloc byte[5];
        tail.Clear();
        var scatter = new ScatterList(stackalloc IoVector[2]);
        scatter.Add(head);
        scatter.Add(tail);
        Assert.Equal(7, pair.Server.Receive(ref scatter).Value);
        Assert.Equal("abcde"u8, head);
        Assert.Equal("fg\0\0\0"u8, tail);
    });

    [Fact]
    public void HalfCloseLeavesTheOtherDirectionOpen() => OwnThread.Run(() =>
    {
        using var pair = new LoopbackPair("127.0.0.1");
        Assert.True(pair.Client.ShutdownSend().IsSuccess);
        byte[] buffer = new byte[16];
        Assert.Equal(0, pair.ReceiveSome(pair.Server, buffer));
        Assert.Equal(2, pair.Server.Send("ok"u8).Value);
        Assert.Equal(2, pair.ReceiveSome(pair.Client, buffer));
        SysResult result = pair.Client.Send("x"u8);
        Assert.Equal(Errno.EPIPE, result.Errno);
        Assert.Equal("EPIPE", result.Name);
    });

    [Fact]
    public void ResetArrivesAsReset() => OwnThread.Run(() =>
    {
        using var pair = new LoopbackPair("127.0.0.1");
        pair.Client.CloseWithReset();
        Assert.Equal(-1, pair.Client.Descriptor);
        pair.WaitReadable(pair.Server);
        Assert.Equal(Errno.ECONNRESET, pair.Server.Receive(new byte[1]).Errno);
    });

    [Fact]
    public void ARefusedConnectIsTold() => OwnThread.Run(() =>
    {
        StreamListener.Listen(LoopbackPair.Address("127.0.0.1"), 1, false, out StreamListener? listener).ThrowOnError("listen");
        SocketAddress nobody = listener!.LocalAddress;
        listener.Dispose();
        StreamSocket.Create(AddressFamily.Inet, out StreamSocket? socket).ThrowOnError("socket");
        using (socket)
        {
            SysResult result = socket!.Connect(nobody);
            if (result.IsInProgress)
            {
                LoopbackPair.Wait(socket.Descriptor, EpollInterest.Writable);
                Assert.Equal(Errno.ECONNREFUSED, socket.TakeError());
                Assert.Equal(0, socket.TakeError());
            }
            else
            {
                Assert.Equal(Errno.ECONNREFUSED, result.Errno);
            }
        }
    });

    [Fact]
    public void AFullSocketSaysAgainAndCountsWhatWaits() => OwnThread.Run(() =>
    {
        using var pair = new LoopbackPair("127.0.0.1");
        byte[] block = new byte[65536];
        long sent = 0;
        SysResult result;
        while ((result = pair.Client.Send(block)).IsSuccess)
            sent += result.Value;
        Assert.True(result.IsAgain);
        Assert.InRange(pair.Client.UnsentBytes, 1, sent);
        long received = 0;
        while (received < sent)
            received += pair.ReceiveSome(pair.Server, block);
        Assert.Equal(sent, received);
    });

    [Fact]
    public void OptionsAreAccepted() => OwnThread.Run(() =>
    {
        using var pair = new LoopbackPair("127.0.0.1");
        foreach (SysResult result in new List<SysResult>
                 {
                     pair.Client.SetNoDelay(), pair.Client.SetQuickAck(), pair.Client.SetReceiveBuffer(65536),
                     pair.Client.SetSendBuffer(65536), pair.Client.SetKeepAlive(60, 10, 3),
                 })
            Assert.Equal("OK", result.Name);
        StreamSocket.Create(AddressFamily.Inet, out StreamSocket? fresh).ThrowOnError("socket");
        using (fresh)
            Assert.Equal("OK", fresh!.SetFastOpenConnect().Name);
        Assert.Equal(Errno.ENODEV, pair.Client.BindToDevice("no-such-device-here").Errno);
    });

    [NeedsFact(Needs.Root)]
    public void MarksAndDevicesAreSetByRoot() => OwnThread.Run(() =>
    {
        StreamSocket.Create(AddressFamily.Inet, out StreamSocket? socket).ThrowOnError("socket");
        using (socket)
        {
            Assert.Equal("OK", socket!.SetMark(438).Name);
            Assert.Equal("OK", socket.BindToDevice("lo").Name);
            Assert.Equal(Errno.ENODEV, socket.BindToDevice("nosuchdevice").Errno);
        }
    });

    [Fact]
    public void UnixStreamsWorkAsWell() => OwnThread.Run(() =>
    {
        SocketAddress path = SocketAddress.FromUnix($"\0penstock-test-{Guid.NewGuid():N}");
        StreamListener.Listen(path, 1, false, out StreamListener? listener).ThrowOnError("listen");
        using (listener)
        {
            StreamSocket.Create(AddressFamily.Unix, out StreamSocket? client).ThrowOnError("socket");
            using (client)
            {
                client!.Connect(path).ThrowOnError("connect");
                listener!.Accept(out StreamSocket? server).ThrowOnError("accept");
                using (server)
                {
                    client.Send("u"u8).ThrowOnError("send");
                    Assert.Equal(1, server!.Receive(new byte[4]).Value);
                }
            }
        }
    });
}
