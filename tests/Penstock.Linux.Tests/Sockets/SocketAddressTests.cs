using System;
using Penstock.Linux.Sockets;
using Xunit;
using IPAddress = System.Net.IPAddress;

namespace Penstock.Linux.Tests.Sockets;

public sealed class SocketAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", 1080, "192.0.2.1:1080")]
    [InlineData("2001:db8::1", 443, "[2001:db8::1]:443")]
    public void KeepsBytesAndPort(string text, int port, string expected)
    {
        byte[] bytes = IPAddress.Parse(text).GetAddressBytes();
        SocketAddress address = SocketAddress.FromInet(bytes, (ushort)port);
        Assert.Equal(bytes, address.AddressBytes.ToArray());
        Assert.Equal(port, address.Port);
        Assert.Equal(expected, address.ToString());
        Assert.Equal(address, SocketAddress.FromInet(bytes, (ushort)port));
        Assert.NotEqual(address, SocketAddress.FromInet(bytes, (ushort)(port + 1)));
    }

    [Fact]
    public void RefusesOtherLengths()
    {
        Assert.Throws<ArgumentException>(() => SocketAddress.FromInet(new byte[5], 1));
        Assert.Throws<ArgumentException>(() => SocketAddress.FromUnix(new string('x', 108)));
        Assert.Throws<ArgumentException>(() => SocketAddress.FromUnix(""));
    }

    [Fact]
    public void TellsPaths()
    {
        Assert.Equal("/run/a.sock", SocketAddress.FromUnix("/run/a.sock").ToString());
        Assert.Equal("@abstract", SocketAddress.FromUnix("\0abstract").ToString());
        Assert.Equal(AddressFamily.Unspecified, default(SocketAddress).Family);
    }
}
