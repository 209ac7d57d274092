using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests.Scenes;

/// <summary>A bed with a running tunnel, a proxy, and the server of the moves behind it.</summary>
public sealed class Scene : IDisposable
{
    public const int ServerPort = 7000;
    public const int DatagramPort = 7100;

    private const int ProxyPort = 1080;
    private const int ReadyConnections = 4; // socks5.pool-size, as it is by default

    /// <summary>The program at both ends.</summary>
    public static readonly string Peer = Path.Combine(AppContext.BaseDirectory, "Penstock.TestPeer.dll");
    private static readonly TimeSpan MovesPatience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    private Child? tunnel;

    public Scene(TunnelSettings settings, ProxyChoice proxy, TunnelCommand? command = null)
        : this(proxy)
    {
        try
        {
            StartTunnel(settings, command);
        }
        catch
        {
            Bed.Dispose();
            throw;
        }
    }

    /// <summary>A scene whose tunnel is still to be started.</summary>
    public Scene(ProxyChoice proxy)
    {
        Machine.Require();
        NetworkNamespace.RemoveAbandoned();
        Bed = new Bed();
        try
        {
            if (proxy != ProxyChoice.None)
            {
                Proxy = StartProxy(proxy);
                Bed.StartServer("server", ServerPort, "dotnet", Peer, "serve", Text(ServerPort));
            }
        }
        catch
        {
            Bed.Dispose();
            throw;
        }
    }

    public Bed Bed { get; }

    public Child Tunnel => tunnel ?? throw new InvalidOperationException("there is no tunnel yet");

    /// <summary>The proxy of the choice; null when there is none.</summary>
    public Child? Proxy { get; }

    /// <summary>Starts the tunnel and waits until its interface is up.</summary>
    public void StartTunnel(TunnelSettings settings, TunnelCommand? command = null) =>
        tunnel = Bed.StartTunnel(command ?? TunnelCommand.UnderTest(), settings);

    /// <summary>Starts a proxy of our own that behaves in one manner.</summary>
    public Child StartOddProxy(string manner) =>
        Bed.StartServer($"proxy {manner}", ProxyPort, "dotnet", Peer, "proxy", manner, Text(ProxyPort));

    /// <summary>Starts a proxy that works.</summary>
    public Child StartProxy(ProxyChoice choice) => choice switch
    {
        ProxyChoice.Microsocks => Bed.StartServer("microsocks", ProxyPort, "microsocks", "-i", "::", "-p", Text(ProxyPort)),
        ProxyChoice.Dante => Bed.StartServer("dante", ProxyPort, "danted", "-f", Dante.WriteConfiguration(Bed, ProxyPort)),
        _ => Bed.StartServer("embedded proxy", ProxyPort, "dotnet", Peer, "socks", Text(ProxyPort)),
    };

    /// <summary>Makes moves in the clients' namespace, one after the other; each must go as it should.</summary>
    public void Makes(string address, params string[] moves) => Makes(Bed.App, address, moves);

    /// <summary>Makes moves from another namespace.</summary>
    public void Makes(NetworkNamespace from, string address, params string[] moves)
    {
        using Child client = StartMoves(from, address, moves);
        bool ended = client.WaitForExit(MovesPatience);
        Assert.True(
            ended && client.Status == 0,
            $"{(ended ? "" : $"not done after {MovesPatience.TotalSeconds} s\n")}{client.Output}\ntunnel (still running: {!Tunnel.HasExited}):\n{Tunnel.Output}");
    }

    /// <summary>Starts moves and returns at once.</summary>
    public Child StartMoves(NetworkNamespace from, string address, params string[] moves) =>
        from.Start("client", "dotnet", (IEnumerable<string>)["exec", Peer, "move", address, Text(ServerPort), .. moves]);

    /// <summary>Starts the server of datagrams, on the port after which the answers from elsewhere come.</summary>
    public void StartDatagramServer() => Bed.StartServer("datagram server", DatagramPort, "dotnet", Peer, "udp-serve", Text(DatagramPort));

    /// <summary>Exchanges datagrams with the server; all must go as they should.</summary>
    public void Exchanges(string what, string address, params string[] arguments) => Exchanges(Bed.App, what, address, arguments);

    /// <summary>Exchanges datagrams with the server from another namespace.</summary>
    public void Exchanges(NetworkNamespace from, string what, string address, params string[] arguments) =>
        Sends(from, what, address, [Text(DatagramPort), .. arguments]);

    /// <summary>Runs a program of the peer's in the clients' namespace that needs no server; it must end well.</summary>
    public void Sends(string what, string address, params string[] arguments) => Sends(Bed.App, what, address, arguments);

    private void Sends(NetworkNamespace from, string what, string address, string[] arguments)
    {
        CommandResult result = from.Try("timeout", ["60", "dotnet", "exec", Peer, what, address, .. arguments]);
        Assert.True(
            result.Status == 0,
            $"{what} {address}: status {result.Status}\n{result.Output}\ntunnel (still running: {!Tunnel.HasExited}):\n{Tunnel.Output}");
    }

    /// <summary>Starts a socket that exchanges a datagram for each line of input.</summary>
    public Child StartConversation(string address) =>
        Bed.StartInApp("conversation", "dotnet", ["exec", Peer, "udp-talk", address, Text(DatagramPort)], input: true);

    /// <summary>Asks a DNS server in the clients' namespace; the answers, a line each.</summary>
    public string Digs(params string[] arguments) =>
        Bed.App.Run("dig", ["+short", "+time=5", "+tries=2", .. arguments]).Trim();

    /// <summary>Starts a crowd of connections that takes commands.</summary>
    public Crowd StartCrowd(string address = Bed.ServerAddress, int port = ServerPort) =>
        new(Bed.StartInApp("crowd", "dotnet", ["exec", Peer, "crowd", address, Text(port)], input: true));

    /// <summary>Starts uploads without end to a port whose data the proxy never reads.</summary>
    public Child StartHoarders(int count) =>
        Bed.App.Start("hoarders", "dotnet", ["exec", Peer, "hoard", Bed.ServerAddress, Text(ServerPort + 1), Text(count)]);

    /// <summary>Sends so many SYNs from addresses that nobody has.</summary>
    public Child StartFlood(int count) =>
        Bed.App.Start("flood", "dotnet", ["exec", Peer, "flood", Bed.ServerAddress, Text(ServerPort), Text(count)]);

    /// <summary>The summary that SIGUSR1 asks for, up to the first shard's line.</summary>
    public string Summary()
    {
        Tunnel.Signal("USR1");
        string line = Tunnel.WaitForLine(StopPatience, candidate => candidate.StartsWith("device: ", StringComparison.Ordinal));
        var lines = new List<string> { line };
        while (!line.StartsWith("shard-0: ", StringComparison.Ordinal))
            lines.Add(line = Tunnel.WaitForLine(StopPatience, _ => true));
        return string.Join('\n', lines);
    }

    /// <summary>A number of a new summary, such as "opened" of "sessions".</summary>
    public long Statistic(string line, string name) => Number(Summary(), line, name);

    /// <summary>A number of a summary.</summary>
    public static long Number(string summary, string line, string name)
    {
        Match match = Regex.Match(summary, $@"^{line}: (?:.*, )?{name} (\d+)", RegexOptions.Multiline);
        Assert.True(match.Success, $"no '{name}' of '{line}':\n{summary}");
        return long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes that the interface has carried so far, both directions.</summary>
    public long Carried(string name = "tun0")
    {
        foreach (string line in Bed.App.Run("cat", "/proc/net/dev").Split('\n'))
        {
            string[] words = line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 9 && words[0] == name)
                return long.Parse(words[1], CultureInfo.InvariantCulture) + long.Parse(words[9], CultureInfo.InvariantCulture);
        }

        return 0;
    }

    /// <summary>Waits until the interface has carried as much more.</summary>
    public void WaitUntilCarried(long more, string name = "tun0")
    {
        long before = Carried(name);
        Eventually.Requires($"{more} bytes through {name}", TimeSpan.FromSeconds(60), () => Carried(name) - before >= more, () => Tunnel.Output);
    }

    /// <summary>Open sockets of the tunnel; the assemblies and pipes of its runtime come and go as they like.</summary>
    public int Sockets()
    {
        int count = 0;
        foreach (FileSystemInfo entry in new DirectoryInfo($"/proc/{Tunnel.Pid}/fd").GetFileSystemInfos())
        {
            if (entry.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
                count++;
        }

        return count;
    }

    /// <summary>Waits until the tunnel has no more sockets than it had, beside those that stand ready for the next flows.</summary>
    public void ReturnsToSockets(int before) => Eventually.Requires(
        $"{before} sockets again", TimeSpan.FromSeconds(60), () => Sockets() <= before + ReadyConnections, () => $"There are {Sockets()}.");

    /// <summary>SIGTERM ends the tunnel with status 0 and takes its interface along.</summary>
    public void StopsCleanly()
    {
        Tunnel.Signal("TERM");
        Assert.True(Tunnel.WaitForExit(StopPatience), $"the tunnel runs on after SIGTERM:\n{Tunnel.Output}");
        Assert.True(Tunnel.Status == 0, $"status {Tunnel.Status}:\n{Tunnel.Output}");
        Assert.False(Bed.App.HasInterface("tun0"));
    }

    public void Dispose() => Bed.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
