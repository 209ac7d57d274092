using System.Threading;
using Penstock.Proxy;
using Penstock.Wire.Ip;

namespace Penstock.TestPeer.Proxies;

/// <summary>Penstock's own SOCKS5 server, on all addresses of both families.</summary>
internal static class OwnProxy
{
    public static void Run(ushort port)
    {
        using SocksServer four = Start(InetAddress.FromV4(0), port);
        using SocksServer six = Start(InetAddress.FromV6(0, 0), port);
        Thread.Sleep(Timeout.Infinite);
    }

    private static SocksServer Start(InetAddress address, ushort port)
    {
        var server = new SocksServer(new SocksServerOptions { Listen = new InetEndpoint(address, port), Threads = 2 });
        server.Start();
        return server;
    }
}
