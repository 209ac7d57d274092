using System;
using System.Diagnostics;
using System.IO;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>A bed with one contender running in it, its proxy, and the servers behind the proxy.</summary>
internal sealed class Rig : IDisposable
{
    public const int IperfPort = 5201;
    public const int HttpPort = 8080;
    public const int TwoWritePort = 8081;
    public const int MovesPort = 7000;

    /// <summary>The program of moves.</summary>
    public static readonly string Peer = Path.Combine(AppContext.BaseDirectory, "Penstock.TestPeer.dll");

    private const int NamePort = 53;

    private readonly Bed bed;
    private readonly LocalNetwork? network;

    public Rig(Contender contender, RigKind kind, Tools tools, Congestion congestion)
    {
        Tools = tools;
        bed = new Bed(TimeSpan.FromMilliseconds(kind.DelayMilliseconds), tools.DelayedLink);
        try
        {
            // A connection a request uses up the ports of a minute: TIME-WAIT is not what is measured.
            string[] settings = [$"net.ipv4.tcp_congestion_control={congestion.Name}", "net.ipv4.ip_local_port_range=10000 65535", "net.ipv4.tcp_tw_reuse=1"];
            bed.App.Set(settings);
            bed.Net.Set(settings);
            Proxy = StartProxy(kind);
            if (kind.Proxy is ProxyKind.ReferenceRelay or ProxyKind.Microsocks)
                StartServers();
            if (kind.Link.Length > 0)
                network = StartLink(kind.Link, settings);
            var watch = Stopwatch.StartNew();
            Tunnel = bed.StartTunnel(contender.Command, new TunnelSettings
            {
                Mtu = kind.Mtu,
                Shards = contender.Shards,
                Udp = kind.Udp,
                MiscLines = kind.MiscLines,
                Sections = kind.Sections,
            });
            StartUp = watch.Elapsed;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Tools Tools { get; }

    public Child Tunnel { get; }

    public Child Proxy { get; }

    /// <summary>From the start of the process to its interface being up.</summary>
    public TimeSpan StartUp { get; }

    /// <summary>Runs a client to its end.</summary>
    public string RunClient(string program, params string[] arguments) => bed.App.Run(program, arguments);

    /// <summary>Starts a client that takes commands.</summary>
    public Child StartClient(string program, params string[] arguments) =>
        bed.StartInApp(Path.GetFileName(program), program, arguments, input: true);

    /// <summary>Starts a server more.</summary>
    public void StartServer(string name, int port, string program, params string[] arguments) =>
        bed.StartServer(name, port, program, arguments);

    /// <summary>Makes moves behind the link and returns a line for each.</summary>
    public string[] Moves(string address, string[] moves) =>
        network!.Client.Try("dotnet", ["exec", Peer, "move", address, $"{MovesPort}", .. moves]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Ends a client and keeps nothing of it.</summary>
    public void Forget(Child client) => bed.Forget(client);

    public void Dispose()
    {
        network?.Dispose();
        bed.Dispose();
    }

    private Child StartProxy(RigKind kind) => kind.Proxy switch
    {
        ProxyKind.ReferenceRelay => bed.StartServer("reference_relay", 1080, Tools.ReferenceRelay, "1080"),
        ProxyKind.Microsocks => bed.StartServer("microsocks", 1080, "microsocks", "-i", Bed.NetAddress, "-p", "1080"),
        ProxyKind.Datagrams => bed.StartServer("datagram_proxy", 1080, Tools.DatagramProxy, "1080", kind.Fresh ? "4" : "1"),
        ProxyKind.Dante => StartDante(),
        _ => bed.StartServer("echo_proxy", 1080, Tools.EchoProxy, "1080", "2"),
    };

    /// <summary>A client behind the link; servers of moves at the kernel's TCP on this side and behind the proxy.</summary>
    private LocalNetwork StartLink(string link, string[] settings)
    {
        string[] serve = ["exec", Peer, "serve", $"{MovesPort}"];
        bed.StartServer("server", MovesPort, "dotnet", serve);
        bed.StartInApp("server at the kernel", "dotnet", serve);
        var network = new LocalNetwork(bed, link);
        network.Client.Set(settings);
        return network;
    }

    private Child StartDante()
    {
        bed.StartServer("dnsmasq", NamePort, "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--pid-file=",
            "--user=root", $"--port={NamePort}", "--address=/#/192.0.2.1");
        return bed.StartServer("dante", 1080, "danted", "-f", Dante.WriteConfiguration(bed, 1080));
    }

    private void StartServers()
    {
        bed.StartServer("iperf3", IperfPort, "iperf3", "-s", "-p", $"{IperfPort}");
        bed.StartServer("two_write_server", TwoWritePort, Tools.TwoWriteServer, $"{TwoWritePort}");
        string directory = bed.Net.Files;
        File.WriteAllText(Path.Combine(directory, "index.html"), new string('x', 612));
        string configuration = Path.Combine(directory, "nginx.conf");
        File.WriteAllText(configuration, $$"""
            daemon off;
            user root;
            worker_processes 1;
            pid {{directory}}/nginx.pid;
            error_log {{directory}}/error.log;
            events { worker_connections 8192; }
            http {
              access_log off;
              keepalive_requests 1000000000;
              server { listen {{HttpPort}} backlog=8192; root {{directory}}; }
            }
            """);
        bed.StartServer("nginx", HttpPort, "nginx", "-c", configuration, "-e", $"{directory}/error.log");
    }
}
