using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests;

/// <summary>
/// Starts and quits in one process, dozens here and thousands in `eng/ci.sh soak native`. Real: TUN, kernel TCP, proxies;
/// what the process holds is the kernel's count.
/// </summary>
public sealed class Cycles
{
    private const string Rounds = "60";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [LibraryFact]
    public void Idle_leave_nothing_behind()
    {
        using var program = new CProgram("cycles", Linking.DropIn);
        string file = program.Write("run.yml", Configurations.Idle);
        Judge(program.RunAlone(file, Rounds, "30000"));
    }

    [LibraryFact]
    public void During_the_handshake_of_many_connections_leave_nothing_behind() => RunUnderLoad("proxy", "Silent", "1080");

    [LibraryFact]
    public void Under_full_load_leave_nothing_behind() => RunUnderLoad("socks", "1080");

    private static void RunUnderLoad(params string[] proxy)
    {
        using var program = new CProgram("cycles", Linking.DropIn);
        using var load = new CProgram("load", Linking.None);
        using var bed = new Bed();
        bed.StartServer("proxy", 1080, "dotnet", [Scene.Peer, .. proxy]);
        bed.StartServer("server", Scene.ServerPort, "dotnet", Scene.Peer, "serve", Scene.ServerPort.ToString(CultureInfo.InvariantCulture));
        // The device outlives the runs, and the routes with it: whoever sends goes on between them.
        bed.App.Ip("tuntap add dev tun0 mode tun multi_queue", $"addr add {Bed.TunAddress}/32 dev tun0", "link set tun0 mtu 1500 up", "route add 10.20.0.0/16 dev tun0");
        using Child pressure = bed.App.Start("load", load.Path, [Bed.ServerAddress, Scene.ServerPort.ToString(CultureInfo.InvariantCulture), "200"]);
        string file = bed.WriteConfiguration(new TunnelSettings());
        using Child cycles = bed.App.Start("cycles", program.Path, [file, Rounds, "60000"]);
        Assert.True(cycles.WaitForExit(Patience), $"hangs: {cycles.Output}");
        Assert.False(pressure.HasExited, pressure.Output);
        Judge(new CommandResult(cycles.Status, cycles.Output, ""));
    }

    private static void Judge(CommandResult result)
    {
        Assert.True(result.Status == 0, $"status {result.Status}: {result.Output}{result.Errors}");
        Match sum = Regex.Match(result.Output, @"failed 0, longest (\d+) ms, descriptors (\d+) to (\d+), threads (\d+) to (\d+), resident (\d+) to (\d+) KB");
        Assert.True(sum.Success, result.Output);
        int Number(int group) => int.Parse(sum.Groups[group].Value, CultureInfo.InvariantCulture);
        Assert.True(Number(2) == Number(3), $"descriptors: {result.Output}");
        Assert.True(Number(4) == Number(5), $"threads: {result.Output}");
    }
}
