using System;
using System.Globalization;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests;

/// <summary>
/// A program that was built for the original, with its declarations, and runs with our library. Real: TUN, kernel TCP, proxy, the
/// program as a process.
/// </summary>
public sealed class DropInProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [LibraryTheory]
    [InlineData(Linking.DropIn)]
    [InlineData(Linking.Static)]
    public void Moves_everything_and_stops_on_a_signal(Linking linking)
    {
        using var program = new CProgram("linked", linking);
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.Embedded, TunnelCommand.At(program.Path));
        scene.Makes(Bed.ServerAddress, "upload:1:8000000", "download:12:2000000", "both:40:250000", "half-close:4:100000", "reset-by-client:4:100000");
        scene.Makes(Bed.ServerAddress6, "both:4:1000000");
        scene.StartDatagramServer();
        scene.Exchanges("udp-sizes", Bed.ServerAddress, "1", "1000", "1472");
        scene.StopsCleanly();
        Assert.Contains("main 0, then 0 0 0 0", scene.Tunnel.Output, StringComparison.Ordinal);
    }

    [LibraryTheory]
    [InlineData("off")]
    [InlineData("auto")]
    public void Statistics_are_the_kernels_own_to_the_packet(string offload)
    {
        using var program = new CProgram("linked", Linking.DropIn);
        using var bed = new Bed();
        bed.StartServer("proxy", 1080, "dotnet", Scene.Peer, "socks", "1080");
        bed.StartServer("server", Scene.ServerPort, "dotnet", Scene.Peer, "serve", Scene.ServerPort.ToString(CultureInfo.InvariantCulture));
        using Child tunnel = bed.App.Start("linked", program.Path, [bed.WriteConfiguration(new TunnelSettings { Offload = offload })], input: true);
        Eventually.Requires("tun0 up", Patience, () => tunnel.HasExited || bed.App.HasInterface("tun0"), () => tunnel.Output);
        bed.RouteThrough("tun0");
        bed.App.Run("timeout", "60", "dotnet", "exec", Scene.Peer, "move", Bed.ServerAddress, "7000", "both:4:1000000", "upload:1:4000000");
        string ours = "", kernels = "";
        // The last acknowledgements may still be on their way when the client has ended.
        bool same = Eventually.Holds(Patience, () =>
        {
            tunnel.Write("?");
            ours = tunnel.WaitForLine(Patience, line => line.StartsWith("stats ", StringComparison.Ordinal));
            kernels = "stats " + InterfaceCounters(bed.App, "tun0");
            return ours == kernels;
        });
        Assert.True(same, $"library: {ours}\nkernel:  {kernels}");
    }

    [LibraryFact]
    public void Opened_at_run_time_quits_from_a_signal_handler_round_after_round()
    {
        using var program = new CProgram("opened", Linking.None);
        string file = program.Write("run.yml", Configurations.Idle);
        CommandResult result = program.RunAlone(Library.DropIn, file, "40");
        Assert.True(result.Status == 0, $"status {result.Status}: {result.Output}{result.Errors}");
        Assert.Contains("0 failed, errno kept", result.Output, StringComparison.Ordinal);
    }

    [LibraryFact]
    public void Survives_hostile_arguments()
    {
        using var program = new CProgram("hostile", Linking.DropIn);
        string file = program.Write("run.yml", Configurations.Idle);
        CommandResult result = program.RunAlone(file);
        Assert.True(result.Status == 0, $"status {result.Status}: {result.Output}{result.Errors}");
        Assert.Contains("0 wrong", result.Output, StringComparison.Ordinal);
    }

    /// <summary>tx packets, tx bytes, rx packets, rx bytes, as the kernel has counted them.</summary>
    private static string InterfaceCounters(NetworkNamespace space, string name)
    {
        string Counter(string counter) => space.Run("cat", $"/sys/class/net/{name}/statistics/{counter}").Trim();
        return $"{Counter("tx_packets")} {Counter("tx_bytes")} {Counter("rx_packets")} {Counter("rx_bytes")}";
    }
}
