using System;
using System.Buffers.Binary;
using Penstock.Linux.Events;
using Penstock.Linux.Netlink;
using Penstock.Linux.Sockets;
using Penstock.Linux.Tests.Sockets;
using Penstock.Linux.Tun;
using Penstock.Tests;
using Xunit;
using IPAddress = System.Net.IPAddress;

namespace Penstock.Linux.Tests.Tun;

/// <summary>Real TUN devices, each in a network namespace of the test's own.</summary>
public sealed class TunDeviceTests
{
    private static readonly byte[] Here = [10, 9, 8, 1];
    private static readonly byte[] There = [10, 9, 8, 7];

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void ADatagramThatIsRoutedToTheDeviceIsReadAndItsAnswerArrives() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest { Name = "hev%d", Offload = TunOffload.None });
        Assert.Equal("hev0", tun.Name);
        Assert.False(tun.Features.VirtioHeader);
        SendAndAnswer(tun);
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void WithOffloadsThePacketHasAHeaderInFront() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest());
        TunFeatures features = tun.Features;
        Assert.Equal(10, features.HeaderSize);
        Assert.True(features.Checksum && features.Tso4 && features.Tso6, string.Join("; ", features.Refusals));
        SendAndAnswer(tun);
    });

    [NeedsTheory(Needs.Root | Needs.Tun)]
    [InlineData(TunOffload.Checksum)]
    [InlineData(TunOffload.Checksum | TunOffload.Tso4)]
    [InlineData(TunOffload.Checksum | TunOffload.Tso6)]
    [InlineData(TunOffload.Checksum | TunOffload.Tso4 | TunOffload.Tso6)]
    public void EachOffloadCanBeLeftOut(TunOffload offload) => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest { Offload = offload });
        Assert.Equal(
            (true, offload.HasFlag(TunOffload.Tso4), offload.HasFlag(TunOffload.Tso6), false),
            (tun.Features.Checksum, tun.Features.Tso4, tun.Features.Tso6, tun.Features.Uso));
        Assert.False(tun.Features.Big);
        Assert.Empty(tun.Features.Refusals);
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void ADeviceThatTakesBigPacketsTakesThemOf448Kilobytes() => OwnThread.RunInNewNetwork(() =>
    {
        const int Part = 32 * 1024;
        using TunDevice tun = Open(new TunRequest());
        Span<IoVector> vectors = stackalloc IoVector[15];
        GatherList pieces = new(vectors);
        Span<byte> head = stackalloc byte[10 + 20 + 20 + 128];
        SuperPacketProbe.Build(head, tcp: true);
        pieces.Add(head[..(10 + 20 + 20)]);
        Span<byte> text = stackalloc byte[Part];
        for (int i = 0; i < 14; i++)
            pieces.Add(text);
        SysResult written = tun.Queues[0].Write(ref pieces);
        Assert.True(written.IsSuccess == tun.Features.Big, $"{written}");
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void QueuesAreAsManyAsAskedFor() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest { Queues = 4 });
        Assert.Equal(4, tun.Queues.Count);
        Assert.True(tun.Features.MultiQueue);
    });

    [NeedsFact(Needs.Root | Needs.Tun | Needs.Ip)]
    public void ASingleQueueDeviceOfSomebodyElseGivesOneQueueAndSaysSo() => OwnThread.RunInNewNetwork(() =>
    {
        Assert.Equal(0, Program.Run("ip", "tuntap", "add", "pre0", "mode", "tun").ExitCode);
        using TunDevice tun = Open(new TunRequest { Name = "pre0", Queues = 4 });
        Assert.Single(tun.Queues);
        Assert.False(tun.Features.MultiQueue);
        Assert.Contains("single queue", Assert.Single(tun.Features.Refusals), StringComparison.Ordinal);
        Assert.True(tun.Features.Tso4);
        SendAndAnswer(tun);
    });

    [NeedsFact(Needs.Root | Needs.Tun | Needs.Ip)]
    public void AMultiQueueDeviceOfSomebodyElseTakesASingleQueue() => OwnThread.RunInNewNetwork(() =>
    {
        Assert.Equal(0, Program.Run("ip", "tuntap", "add", "pre0", "mode", "tun", "multi_queue").ExitCode);
        using TunDevice tun = Open(new TunRequest { Name = "pre0" });
        Assert.Single(tun.Queues);
        Assert.True(tun.Features.MultiQueue);
        SendAndAnswer(tun);
    });

    [NeedsFact(Needs.Root | Needs.Tun | Needs.Ip)]
    public void OffloadsOfAnEarlierOwnerAreForgotten() => OwnThread.RunInNewNetwork(() =>
    {
        Assert.Equal(0, Program.Run("ip", "tuntap", "add", "pre0", "mode", "tun").ExitCode);
        using (TunDevice before = Open(new TunRequest { Name = "pre0" }))
            Assert.True(before.Features.Checksum);
        using TunDevice tun = Open(new TunRequest { Name = "pre0", Offload = TunOffload.None });
        SendAndAnswer(tun);
    });

    [NeedsTheory(Needs.Root | Needs.Tun)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void ABusyDeviceIsNamedInTheMessage(int first, int second) => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest { Name = "busy0", Queues = first });
        TunException exception = Assert.Throws<TunException>(() => TunDevice.Open(new TunRequest { Name = "busy0", Queues = second }));
        Assert.StartsWith("busy0: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("in use", exception.Message, StringComparison.Ordinal);
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void ASharedDeviceIsJoined() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice first = Open(new TunRequest { Name = "many0", Shared = true });
        using TunDevice second = Open(new TunRequest { Name = "many0", Shared = true });
        Assert.Equal(first.Index, second.Index);
        using var route = new RouteSocket();
        Assert.Equal(2, route.OpenQueues("many0"));
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void ANameOfAnotherKindOfInterfaceIsRefusedWithAdvice() => OwnThread.RunInNewNetwork(() =>
    {
        TunException exception = Assert.Throws<TunException>(() => TunDevice.Open(new TunRequest { Name = "lo" }));
        Assert.Contains("choose another name", exception.Message, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("")]
    [InlineData("sixteen-bytes-xx")]
    public void NamesOfTheWrongLengthAreRefused(string name) =>
        Assert.Throws<TunException>(() => TunDevice.Open(new TunRequest { Name = name }));

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void AddressesAndMtuMayBeThereAlready() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest());
        tun.AddAddress(Here, 32);
        tun.SetMtu(8500);
        tun.Up();
        byte[] v6 = IPAddress.Parse("fc00::1").GetAddressBytes();
        tun.AddAddress(v6, 128);
        tun.AddAddress(v6, 128);
        Assert.Contains("MTU 1", Assert.Throws<TunException>(() => tun.SetMtu(1)).Message, StringComparison.Ordinal);
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void WhileDownWritesFailAndAfterUpItWorksAgain() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest { Offload = TunOffload.None });
        tun.Down();
        byte[] packet = new byte[40];
        packet[0] = 0x45;
        SysResult result = tun.Queues[0].Write(packet);
        Assert.Equal("EIO", result.Name);
        Assert.False(TunQueue.IsGone(result));
        tun.Up();
        RouteThere(tun);
        SendAndAnswer(tun);
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void ADeletedDeviceIsGoneForGood() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest());
        using var epoll = new Epoll();
        epoll.Add(tun.Queues[0].Descriptor, EpollInterest.Readable, 0);
        using (var route = new RouteSocket())
            route.DeleteLink(tun.Index).ThrowOnError("delete");
        var events = new EpollEvent[1];
        Assert.Equal(1, epoll.Wait(events, -1));
        Assert.True(events[0].Ready.HasFlag(EpollReady.Error), events[0].ToString());
        byte[] buffer = new byte[2000];
        Assert.True(TunQueue.IsGone(tun.Queues[0].Read(buffer)));
        Assert.True(TunQueue.IsGone(tun.Queues[0].Write(buffer)));
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void ADescriptorHandedInIsNeverClosed() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice owner = Open(new TunRequest { Offload = TunOffload.None });
        TunDevice borrowed = TunDevice.FromDescriptor(owner.Queues[0].Descriptor);
        Assert.False(borrowed.OwnsDescriptor);
        Assert.Throws<InvalidOperationException>(() => borrowed.SetMtu(1500));
        borrowed.Dispose();
        SendAndAnswer(owner);
        Assert.Throws<TunException>(() => TunDevice.FromDescriptor(99999));
    });

    [NeedsFact(Needs.Root | Needs.Tun)]
    public void TheProbesSuperPacketIsTakenAndAMalformedOneIsNot() => OwnThread.RunInNewNetwork(() =>
    {
        using TunDevice tun = Open(new TunRequest());
        Assert.True(tun.Features.Tso4);
        byte[] packet = new byte[10 + 20 + 20 + 128];
        int length = SuperPacketProbe.Build(packet, tcp: true);
        Assert.Equal(length, tun.Queues[0].Write(packet).Value);
        packet[4] = 0; // a segment size of zero: the device refuses the header
        Assert.Equal(Errno.EINVAL, tun.Queues[0].Write(packet).Errno);
    });

    private static TunDevice Open(TunRequest request)
    {
        TunDevice tun = TunDevice.Open(request);
        tun.SetMtu(8500);
        tun.AddAddress(Here, 32);
        tun.Up();
        RouteThere(tun);
        return tun;
    }

    private static void RouteThere(TunDevice tun)
    {
        using var route = new RouteSocket();
        SysResult result = route.AddRoute(new Route { Destination = There, PrefixLength = 32, LinkIndex = tun.Index });
        if (result.Errno != Errno.EEXIST) // a persistent device keeps its routes
            result.ThrowOnError("route");
    }

    /// <summary>A UDP socket sends; the packet comes out of some queue; turned round, it arrives at the socket.</summary>
    private static void SendAndAnswer(TunDevice tun)
    {
        using DatagramSocket socket = DatagramSocketTests.Bound("10.9.8.1");
        socket.SendTo("question"u8, SocketAddress.FromInet(There, 53)).ThrowOnError("send");
        byte[] buffer = new byte[2000];
        int header = tun.Features.HeaderSize;
        int length;
        do
        {
            // The kernel says hello to IPv6 routers by itself; those packets are passed over.
            LoopbackPair.Wait(tun.Queues[0].Descriptor, EpollInterest.Readable);
            length = (int)tun.Queues[0].Read(buffer).Value;
        }
        while (length <= header || buffer[header] >> 4 != 4);
        Span<byte> ip = buffer.AsSpan(header, length - header);
        Assert.Equal(There, ip.Slice(16, 4).ToArray());
        Assert.Equal("question"u8, ip[28..]);

        ip[12..16].CopyTo(ip[16..20]);
        There.CopyTo(ip[12..]);
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(ip[20..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[20..], 53);
        BinaryPrimitives.WriteUInt16BigEndian(ip[22..], port);
        ip[26..28].Clear(); // no checksum: RFC 768 allows it
        buffer.AsSpan(0, header).Clear();
        Assert.Equal(length, tun.Queues[0].Write(buffer.AsSpan(0, length)).Value);
        LoopbackPair.Wait(socket.Descriptor, EpollInterest.Readable);
        byte[] answer = new byte[100];
        Assert.Equal(8, socket.ReceiveFrom(answer, out SocketAddress from).Value);
        Assert.Equal(SocketAddress.FromInet(There, 53), from);
    }
}
