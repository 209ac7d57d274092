using System;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Penstock.TestBed;

namespace Penstock.Namespaces.Tests.Scenes;

/// <summary>A tunnel with the proxies "a" and "b" in its configuration, which the test starts and kills.</summary>
public sealed partial class TwoProxies : IDisposable
{
    private const int FirstPort = 1080;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private int told;

    /// <param name="settings">The rest of the configuration.</param>
    /// <param name="proxies">The proxies' section but its list.</param>
    public TwoProxies(TunnelSettings settings, string proxies)
    {
        Settings = settings;
        Scene = new Scene(With(settings, proxies), ProxyChoice.None);
        try
        {
            Scene.Bed.StartServer("server", Scene.ServerPort, "dotnet", Scene.Peer, "serve", Text(Scene.ServerPort));
        }
        catch
        {
            Scene.Dispose();
            throw;
        }
    }

    public Scene Scene { get; }

    public TunnelSettings Settings { get; }

    /// <summary>The settings with both proxies in a section of their own.</summary>
    public static TunnelSettings With(TunnelSettings settings, string proxies) => settings with
    {
        Sections = $"""
            proxies:
              {proxies}
              list:
                - name: a
                  address: {Bed.NetAddress}
                - name: b
                  address: {Bed.NetAddress}
                  port: {FirstPort + 1}
            {settings.Sections}
            """,
    };

    /// <summary>Starts one of them, by its name.</summary>
    public Child Start(string name) =>
        Scene.Bed.StartServer("proxy " + name, Port(name), "microsocks", "-i", "::", "-p", Text(Port(name)));

    /// <summary>Starts a client that makes connections.</summary>
    public Traffic StartTraffic() =>
        new(Scene.Bed.StartInApp("traffic", "dotnet", ["exec", Scene.Peer, "traffic", Bed.ServerAddress, Text(Scene.ServerPort)], input: true));

    /// <summary>Waits until the tunnel says that a proxy is up or down.</summary>
    public void WaitUntil(string name, bool isUp) => Eventually.Requires(
        $"proxy {name} {(isUp ? "up" : "down")}", Patience, () => Ask(name).IsUp == isUp, () => Scene.Tunnel.Output);

    /// <summary>What the tunnel says about a proxy, asked by SIGUSR1.</summary>
    public (bool IsUp, long Opened, long Failed, int Warm) Ask(string name)
    {
        Scene.Tunnel.Signal("USR1");
        Match? found = null;
        Eventually.Requires("a summary after SIGUSR1", Patience, () =>
        {
            MatchCollection lines = ProxyLine().Matches(Scene.Tunnel.Output);
            MatchCollection ends = LastLine().Matches(Scene.Tunnel.Output);
            foreach (Match line in lines)
                found = line.Groups[1].Value == name ? line : found;
            bool isNew = ends.Count > 0 && found is not null && Serial(ends[^1]) != told;
            if (isNew)
                told = Serial(ends[^1]);
            return isNew;
        });
        return (found!.Groups[2].Value == "up", Number(found, 3), Number(found, 4), (int)Number(found, 5));
    }

    /// <summary>Puts another configuration in the place of the one in force, and has it read.</summary>
    public void Reload(TunnelSettings settings)
    {
        File.WriteAllText(Path.Combine(Scene.Bed.App.Files, $"{settings.Name}.yml"), settings.ToYaml());
        Scene.Tunnel.Signal("HUP");
    }

    public void Dispose() => Scene.Dispose();

    // Every summary differs from the last one in what it counts; its place in the output says which is the newest.
    private static int Serial(Match end) => HashCode.Combine(end.Value, end.Index);

    private static int Port(string name) => FirstPort + (name[0] - 'a');

    private static long Number(Match match, int group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^proxy (\w+): (up|down), sessions \d+, opened (\d+), refused \d+, failed (\d+), .*, warm (\d+), opened warm \d+$", RegexOptions.Multiline)]
    private static partial Regex ProxyLine();

    [GeneratedRegex(@"^shard-0: .*$", RegexOptions.Multiline)]
    private static partial Regex LastLine();
}
