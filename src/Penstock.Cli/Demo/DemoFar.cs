using System.IO;
using System.Net;
using Penstock.Linux.Netlink;
using Penstock.Proxy;
using Penstock.Wire.Ip;

namespace Penstock.Cli.Demo;

/// <summary>The far side: the SOCKS5 proxy, and the web server behind it.</summary>
internal static class DemoFar
{
    /// <summary>Serves until its standard input ends, which it does when the near side is gone.</summary>
    public static int Run(TextReader input, TextWriter output)
    {
        Say(output, "ready");
        if (input.ReadLine() != "linked")
            return 1;
        using RouteSocket route = new();
        DemoStage.Configure(route, "lo", DemoPlan.ServerAddress, 32);
        DemoStage.Configure(route, DemoPlan.FarLink, DemoPlan.FarAddress, DemoPlan.LinkPrefix);
        _ = new DemoHttpServer(new IPEndPoint(IPAddress.Parse(DemoPlan.ServerAddress), DemoPlan.HttpPort));
        InetAddress listen = InetAddress.Read(DemoStage.Bytes(DemoPlan.FarAddress));
        using SocksServer proxy = new(new SocksServerOptions { Listen = new InetEndpoint(listen, DemoPlan.ProxyPort) });
        proxy.Start();
        Say(output, "serving");
        while (input.ReadLine() is not null)
        {
            // Nothing more is said; the end of the input is the end of the demo.
        }
        return 0;
    }

    private static void Say(TextWriter output, string word)
    {
        output.WriteLine(word);
        output.Flush();
    }
}
