using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests.Packaging;

/// <summary>The container's entry point, without a container. Real: the script, the published executable, routes, rules, traffic.</summary>
public sealed class Container
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string Files = Path.Combine(Repository.Root, "packaging", "docker");

    // The original's variables and their defaults. MARK has none in the image: without routes it is 0.
    private static readonly (string Name, string Default)[] Variables =
    [
        ("TUN", "tun0"), ("MTU", "8500"), ("IPV4", "198.18.0.1"), ("IPV6", ""), ("ICMP", "off"), ("TABLE", "20"),
        ("SOCKS5_ADDR", "172.17.0.1"), ("SOCKS5_PORT", "1080"), ("SOCKS5_USERNAME", ""), ("SOCKS5_PASSWORD", ""),
        ("SOCKS5_UDP_MODE", "udp"), ("SOCKS5_UDP_ADDR", ""), ("CONFIG_ROUTES", "1"), ("IPV4_INCLUDED_ROUTES", "0.0.0.0/0"),
        ("IPV4_EXCLUDED_ROUTES", ""), ("LOG_LEVEL", "warn"),
    ];

    [Fact]
    public void Image_and_script_know_the_originals_variables_with_their_defaults()
    {
        string image = File.ReadAllText(Path.Combine(Files, "Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal);
        string script = File.ReadAllText(Path.Combine(Files, "entrypoint.sh"));
        foreach ((string name, string value) in Variables)
        {
            Assert.Contains($" {name}={value} ", image.Replace("\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Contains($"${{{name}:-{value}}}", script, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("1", "", "438")]
    [InlineData("0", "", "0")]
    [InlineData("0", "7", "7")]
    [InlineData("1", "7", "7")]
    public void Mark_is_438_with_routes_and_none_without_unless_it_is_given(string routes, string given, string mark)
    {
        DirectoryInfo root = Directory.CreateTempSubdirectory("penstock-container-");
        try
        {
            string[] image = Regex.Match(
                File.ReadAllText(Path.Combine(Files, "Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal), "^ENV (.*)$", RegexOptions.Multiline)
                .Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] own = given.Length > 0 ? [$"CONFIG_ROUTES={routes}", $"MARK={given}"] : [$"CONFIG_ROUTES={routes}"];
            Command.Run(
                "env", ["-i", "PATH=/usr/bin:/bin", .. image, .. own, $"PENSTOCK_ROOT={root.FullName}", "PENSTOCK_PROGRAM=true", Path.Combine(Files, "entrypoint.sh")]);
            Assert.Contains($"  mark: '{mark}'\n", File.ReadAllText(Path.Combine(root.FullName, "hs5t.yml")), StringComparison.Ordinal);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [LibraryFact]
    public void Everything_goes_through_the_tunnel_and_is_taken_back_on_stop()
    {
        using var bed = new Bed();
        bed.StartServer("proxy", 1080, "dotnet", Scene.Peer, "socks", "1080");
        bed.StartServer("server", 7000, "dotnet", Scene.Peer, "serve", "7000");
        bed.App.Ip("link add eth0 type veth peer name lan0", "link set lan0 up", "addr add 10.77.0.5/24 dev eth0", "addr add fd77::5/64 dev eth0 nodad", "link set eth0 up");
        string before = Routing(bed.App);
        using Child container = Start(bed, "IPV6=fc00::1", $"SOCKS5_ADDR={Bed.NetAddress}", "IPV4_EXCLUDED_ROUTES=10.88.0.0/16,10.89.0.0/16 10.90.0.0/16");
        AwaitSuccess(bed, container);

        bed.App.Run("timeout", "60", "dotnet", "exec", Scene.Peer, "move", Bed.ServerAddress, "7000", "both:2:100000");
        bed.App.Run("timeout", "60", "dotnet", "exec", Scene.Peer, "move", Bed.ServerAddress6, "7000", "both:2:100000");
        string rules = bed.App.Run("ip", "rule");
        foreach (string network in (string[])["10.88.0.0/16", "10.89.0.0/16", "10.90.0.0/16", "10.77.0.5/24"])
            Assert.Contains($"from all to {network} lookup main", rules, StringComparison.Ordinal);
        Assert.Contains("fwmark 0x1b6 lookup main", rules, StringComparison.Ordinal);
        Assert.Contains("dev tun0", bed.App.Run("ip", "route", "get", "203.0.113.9"), StringComparison.Ordinal);
        Assert.Contains("dev tun0", bed.App.Run("ip", "-6", "route", "get", "2001:db8::9"), StringComparison.Ordinal);
        Assert.Contains("dev eth0", bed.App.Run("ip", "route", "get", "10.77.0.9"), StringComparison.Ordinal);
        Assert.Contains("dev eth0", bed.App.Run("ip", "-6", "route", "get", "fd77::9"), StringComparison.Ordinal);

        container.Signal("TERM");
        Assert.True(container.WaitForExit(Patience), container.Output);
        Assert.Equal(0, container.Status);
        Assert.Equal(before, Routing(bed.App));
        Assert.False(File.Exists(Path.Combine(bed.App.Files, "success")));
    }

    [LibraryFact]
    public void Without_routes_it_only_tells_its_success()
    {
        using var bed = new Bed();
        string before = Routing(bed.App);
        using Child container = Start(bed, "CONFIG_ROUTES=0", "SOCKS5_USERNAME=it's", "SOCKS5_PASSWORD=a: #'\"\\", "TUN=own0");
        AwaitSuccess(bed, container);
        Assert.Equal(before, Routing(bed.App, "own0"));
        Assert.Equal("-rw-------", Command.Run("stat", "-c", "%A", Path.Combine(bed.App.Files, "hs5t.yml")).Trim());
        string effective = Command.Run(Path.Combine(Path.GetDirectoryName(Library.DropIn)!, "penstock"), "check", Path.Combine(bed.App.Files, "hs5t.yml"));
        Assert.Contains("own0", effective, StringComparison.Ordinal);
        container.Signal("TERM");
        Assert.True(container.WaitForExit(Patience), container.Output);
        Assert.Equal(0, container.Status);
    }

    private static Child Start(Bed bed, params string[] variables) => bed.App.Start("container", "env",
    [
        "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", $"PENSTOCK_ROOT={bed.App.Files}", $"PENSTOCK_PROGRAM={Path.GetDirectoryName(Library.DropIn)}/penstock",
        .. variables, Path.Combine(Files, "entrypoint.sh"),
    ]);

    private static void AwaitSuccess(Bed bed, Child container) => Eventually.Requires(
        "success", Patience, () => container.HasExited || File.Exists(Path.Combine(bed.App.Files, "success")), () => container.Output);

    /// <summary>Rules and routes; without what the kernel itself has for a device.</summary>
    private static string Routing(NetworkNamespace space, string without = "-")
    {
        List<string> all = [];
        foreach (string[] what in (string[][])[["rule"], ["-6", "rule"], ["route"], ["-6", "route"], ["route", "show", "table", "20"]])
            all.Add(space.Try("ip", what).Output);
        List<string> lines = [.. string.Join('\n', all).Split('\n')];
        lines.RemoveAll(line => line.Contains($" dev {without} ", StringComparison.Ordinal));
        return string.Join('\n', lines);
    }
}
