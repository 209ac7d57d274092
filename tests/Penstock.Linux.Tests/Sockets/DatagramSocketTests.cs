using Penstock.Linux.Events;
using Penstock.Linux.Sockets;
using Penstock.Tests;
using Xunit;

namespace Penstock.Linux.Tests.Sockets;

/// <summary>Real UDP over the loopback.</summary>
public sealed class DatagramSocketTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void DatagramsKeepTheirBordersAndSender(string loopback) => OwnThread.Run(() =>
    {
        using DatagramSocket receiver = Bound(loopback);
        using DatagramSocket sender = Bound(loopback);
        sender.SendTo("one"u8, receiver.LocalAddress).ThrowOnError("send");
        sender.SendTo(""u8, receiver.LocalAddress).ThrowOnError("send");
        sender.SendTo("three"u8, receiver.LocalAddress).ThrowOnError("send");
        byte[] buffer = new byte[4];
        LoopbackPair.Wait(receiver.Descriptor, EpollInterest.Readable);
        Assert.Equal(3, receiver.ReceiveFrom(buffer, out SocketAddress from).Value);
        Assert.Equal(sender.LocalAddress, from);
        Assert.Equal(0, receiver.ReceiveFrom(buffer, out from).Value);
        Assert.Equal(5, receiver.ReceiveFrom(buffer, out from).Value); // cut to four, and told
        Assert.True(receiver.ReceiveFrom(buffer, out from).IsAgain);
    });

    [Fact]
    public void AConnectedSocketIsToldThatNobodyListens() => OwnThread.Run(() =>
    {
        DatagramSocket gone = Bound("127.0.0.1");
        SocketAddress nobody = gone.LocalAddress;
        gone.Dispose();
        using DatagramSocket sender = Bound("127.0.0.1");
        sender.Connect(nobody).ThrowOnError("connect");
        sender.Send("x"u8).ThrowOnError("send");
        LoopbackPair.Wait(sender.Descriptor, EpollInterest.Readable);
        Assert.Equal(Errno.ECONNREFUSED, sender.Receive(new byte[1]).Errno);
    });

    internal static DatagramSocket Bound(string loopback)
    {
        SocketAddress address = LoopbackPair.Address(loopback);
        DatagramSocket.Create(address.Family, out DatagramSocket? socket).ThrowOnError("socket");
        socket!.Bind(address).ThrowOnError("bind");
        return socket;
    }
}
