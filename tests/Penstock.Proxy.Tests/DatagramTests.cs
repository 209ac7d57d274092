using System;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Penstock.Tests;
using Xunit;
using static Penstock.Proxy.Tests.ServerFixture;

namespace Penstock.Proxy.Tests;

/// <summary>UDP ASSOCIATE and command 05 through a real server over the loopback.</summary>
public sealed class DatagramTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task AnAssociationRelaysDatagramsBothWays(string host)
    {
        using var fixture = new ServerFixture();
        (Socket control, IPEndPoint bound) = await fixture.AssociateAsync(3);
        using Socket echo = BindUdp(IPAddress.Parse(host));
        using Socket client = BindUdp();
        string address = Block((IPEndPoint)echo.LocalEndPoint!);
        await client.SendToAsync(Convert.FromHexString("000000" + address + "70696e67"), bound);
        await EchoOnce(echo);
        Assert.Equal("000000" + address + "70696e67", await ReceiveDatagram(client));
        control.Dispose();
    }

    [Fact]
    public async Task NamesAreResolvedAndEmptyPayloadsPass()
    {
        using var fixture = new ServerFixture();
        (Socket control, IPEndPoint bound) = await fixture.AssociateAsync(3);
        using Socket echo = BindUdp();
        using Socket client = BindUdp();
        int port = ((IPEndPoint)echo.LocalEndPoint!).Port;
        string name = "0000000309" + Convert.ToHexStringLower("127.0.0.1"u8) + port.ToString("x4", null);
        await client.SendToAsync(Convert.FromHexString(name), bound);
        await EchoOnce(echo);
        Assert.Equal("000000" + Block((IPEndPoint)echo.LocalEndPoint!), await ReceiveDatagram(client));
        control.Dispose();
    }

    [Fact]
    public async Task FragmentsGarbageAndStrangersAreDropped()
    {
        using var fixture = new ServerFixture();
        (Socket control, IPEndPoint bound) = await fixture.AssociateAsync(3);
        using Socket echo = BindUdp();
        using Socket client = BindUdp();
        using Socket stranger = BindUdp();
        string address = Block((IPEndPoint)echo.LocalEndPoint!);
        await client.SendToAsync(Convert.FromHexString("000001" + address + "01"), bound);
        await client.SendToAsync(Convert.FromHexString("0000"), bound);
        await client.SendToAsync(Convert.FromHexString("00000009"), bound);
        await stranger.SendToAsync(Convert.FromHexString("000000" + address + "02"), bound);
        await client.SendToAsync(Convert.FromHexString("000000" + address + "03"), bound);
        byte[] first = new byte[10];
        SocketReceiveFromResult got = await echo.ReceiveFromAsync(first, new IPEndPoint(IPAddress.Any, 0)).WaitAsync(OwnThread.Patience);
        Assert.Equal((1, 3), (got.ReceivedBytes, first[0]));
        control.Dispose();
    }

    [Fact]
    public async Task TheAssociationEndsWithItsConnection()
    {
        using var fixture = new ServerFixture();
        (Socket control, IPEndPoint bound) = await fixture.AssociateAsync(3);
        control.Dispose();
        while (fixture.Server.Counters.Open != 0)
            await Task.Yield();
        using Socket client = BindUdp();
        client.Connect(bound);
        await client.SendAsync(new byte[1]);
        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]).WaitAsync(OwnThread.Patience));
    }

    [Fact]
    public async Task CommandFiveCarriesMessagesHoweverTheyAreCut()
    {
        using var fixture = new ServerFixture();
        using Socket echo = BindUdp();
        string address = Block((IPEndPoint)echo.LocalEndPoint!);
        string message = "00050a" + address + "70696e6731";
        byte[] bytes = Convert.FromHexString(message);
        (Socket client, IPEndPoint bound) = await fixture.AssociateAsync(5);
        Assert.Equal(new IPEndPoint(IPAddress.Any, 0), bound);
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            await client.SendAsync(bytes.AsMemory(0, cut));
            await client.SendAsync(bytes.AsMemory(cut));
            await EchoOnce(echo);
            await ExpectAsync(client, message);
        }
        await SendAsync(client, message + "00000a" + address + message);
        for (int i = 0; i < 3; i++)
            await EchoOnce(echo);
        await ExpectAsync(client, message + "00000a" + address + message);
        client.Dispose();
    }

    [Fact]
    public async Task CommandFiveTakesTheLargestDatagramAndNamesAndFiller()
    {
        using var fixture = new ServerFixture();
        using Socket echo = BindUdp();
        string address = Block((IPEndPoint)echo.LocalEndPoint!);
        (Socket client, _) = await fixture.AssociateAsync(5);
        byte[] payload = new byte[65507];
        new Random(3).NextBytes(payload);
        string large = "ffe30a" + address + Convert.ToHexStringLower(payload);
        await SendAsync(client, large);
        await EchoOnce(echo);
        await ExpectAsync(client, large);

        int port = ((IPEndPoint)echo.LocalEndPoint!).Port;
        await SendAsync(client, "000110" + "0309" + Convert.ToHexStringLower("127.0.0.1"u8) + port.ToString("x4", null) + "41");
        await EchoOnce(echo);
        await ExpectAsync(client, "00010a" + address + "41");
        await SendAsync(client, "00010c" + address + "eeee" + "42");
        await EchoOnce(echo);
        await ExpectAsync(client, "00010a" + address + "42");
        client.Dispose();
    }

    [Theory]
    [InlineData("000103")]
    [InlineData("00010a09")]
    [InlineData("0001050100000000")]
    public async Task CommandFiveClosesOnGarbage(string garbage)
    {
        using var fixture = new ServerFixture();
        (Socket client, _) = await fixture.AssociateAsync(5);
        await SendAsync(client, garbage);
        await ExpectEndAsync(client);
        client.Dispose();
    }

    [Fact]
    public async Task ForbiddenDestinationsGetNoDatagrams()
    {
        using Socket echo = BindUdp();
        using Socket forbidden = BindUdp();
        int port = ((IPEndPoint)forbidden.LocalEndPoint!).Port;
        using var fixture = new ServerFixture(new SocksServerOptions { Allows = destination => destination.Port != port });
        (Socket client, _) = await fixture.AssociateAsync(5);
        await SendAsync(client, "00010a" + Block((IPEndPoint)forbidden.LocalEndPoint!) + "01");
        await SendAsync(client, "00010a" + Block((IPEndPoint)echo.LocalEndPoint!) + "02");
        await EchoOnce(echo);
        await ExpectAsync(client, "00010a" + Block((IPEndPoint)echo.LocalEndPoint!) + "02");
        Assert.Equal(0, forbidden.Available);
        client.Dispose();
    }

    private static async Task EchoOnce(Socket echo)
    {
        byte[] buffer = new byte[65536];
        EndPoint any = new IPEndPoint(echo.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        SocketReceiveFromResult got = await echo.ReceiveFromAsync(buffer, any).WaitAsync(OwnThread.Patience);
        await echo.SendToAsync(buffer.AsMemory(0, got.ReceivedBytes), got.RemoteEndPoint);
    }

    private static async Task<string> ReceiveDatagram(Socket socket)
    {
        byte[] buffer = new byte[65536];
        int length = await socket.ReceiveAsync(buffer).WaitAsync(OwnThread.Patience);
        return Convert.ToHexStringLower(buffer.AsSpan(0, length));
    }
}
