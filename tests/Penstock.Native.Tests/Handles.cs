using System;
using System.Globalization;
using System.Text.Json;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests;

/// <summary>The functions of penstock.h: two tunnels in one process. Real: TUN, kernel TCP, proxy.</summary>
public sealed class Handles
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [LibraryTheory]
    [InlineData(Linking.Penstock)]
    [InlineData(Linking.Static)]
    public void Run_two_tunnels_that_know_nothing_of_each_other(Linking linking)
    {
        using var program = new CProgram("handles", linking);
        using var bed = new Bed();
        bed.StartServer("proxy", 1080, "dotnet", Scene.Peer, "socks", "1080");
        bed.StartServer("server", Scene.ServerPort, "dotnet", Scene.Peer, "serve", Scene.ServerPort.ToString(CultureInfo.InvariantCulture));
        using Child host = bed.App.Start("handles", program.Path, [Configuration(bed, "one0"), Configuration(bed, "two0")], input: true);
        host.WaitForLine(Patience, line => line.StartsWith("up, version 0.", StringComparison.Ordinal));
        bed.RouteThrough("one0");
        bed.App.Run("timeout", "60", "dotnet", "exec", Scene.Peer, "move", Bed.ServerAddress, "7000", "both:4:500000");
        bed.RouteThrough("two0");
        // The host keeps the second tunnel's sockets from connecting: its sessions fail, the first one's did not.
        Assert.NotEqual(0, bed.App.Try("timeout", "60", "dotnet", "exec", Scene.Peer, "move", Bed.ServerAddress, "7000", "upload:1:5000").Status);
        host.Write("?");
        JsonElement one = Statistics(host, 0, out long sockets);
        long sessions = one.GetProperty("sessions_opened").GetInt64();
        // The tunnel keeps connections ready: more sockets than sessions.
        Assert.True(sessions >= 4 && sockets >= sessions, $"{sockets} sockets of {sessions} sessions");
        Assert.True(one.GetProperty("bytes_to_uplink").GetInt64() >= 2_000_000);
        JsonElement two = Statistics(host, 1, out sockets);
        Assert.True(sockets >= 1);
        Assert.Equal(0, two.GetProperty("bytes_to_uplink").GetInt64());
        host.WaitForLine(Patience, line => line == "done");
        host.Signal("TERM"); // the library takes no signal: the host dies of it
        Assert.True(host.WaitForExit(Patience));
        Assert.Equal(128 + 15, host.Status);
    }

    [LibraryFact]
    public void Refuse_what_they_must_and_end_in_order()
    {
        using var program = new CProgram("handles", Linking.Penstock);
        using var bed = new Bed();
        string[] files = [Configuration(bed, "one0"), Configuration(bed, "two0")];
        CommandResult result = bed.App.Try("sh", "-c", $"{program.Path} {files[0]} {files[1]} < /dev/null");
        Assert.True(result.Status == 0, $"status {result.Status}: {result.Output}{result.Errors}");
        Assert.Contains("0 wrong", result.Output, StringComparison.Ordinal);
    }

    private static string Configuration(Bed bed, string name) => bed.WriteConfiguration(
        new TunnelSettings { Name = name, MiscLines = "  log-level: info" });

    private static JsonElement Statistics(Child host, int tunnel, out long sockets)
    {
        string line = host.WaitForLine(Patience, text => text.StartsWith($"tunnel {tunnel}: ", StringComparison.Ordinal));
        string[] parts = line.Split("; ", 3);
        sockets = long.Parse(parts[1].Split(' ')[0], CultureInfo.InvariantCulture);
        JsonElement json = JsonDocument.Parse(parts[2]).RootElement;
        JsonElement total = json.GetProperty("total");
        string traffic = $"tunnel {tunnel}: {total.GetProperty("packets_from_tun")} {total.GetProperty("bytes_from_tun")} ";
        Assert.StartsWith(traffic, parts[0], StringComparison.Ordinal);
        return total;
    }
}
