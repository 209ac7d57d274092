using System;
using System.Globalization;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests;

/// <summary>A TUN that the host opened and configured. Real: TUN, kernel TCP, proxy.</summary>
public sealed class HandedDescriptor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [LibraryFact]
    public void Serves_two_runs_and_is_neither_configured_nor_closed()
    {
        using var program = new CProgram("descriptor", Linking.DropIn);
        using var bed = new Bed();
        bed.StartServer("proxy", 1080, "dotnet", Scene.Peer, "socks", "1080");
        bed.StartServer("server", Scene.ServerPort, "dotnet", Scene.Peer, "serve", Scene.ServerPort.ToString(CultureInfo.InvariantCulture));
        // Name, address, MTU and scripts of the configuration are not for a descriptor.
        string file = bed.WriteConfiguration(new TunnelSettings
        {
            Name = "never0",
            TunnelLines = "  post-up-script: /nonexistent/up\n  pre-down-script: /nonexistent/down",
        });
        using Child host = bed.App.Start("descriptor", program.Path, [file, "own0"], input: true);
        for (int round = 0; round < 2; round++)
        {
            host.WaitForLine(Patience, line => line == "starting");
            string before = bed.App.Run("ip", "-o", "addr", "show", "dev", "own0");
            bed.App.Run("timeout", "60", "dotnet", "exec", Scene.Peer, "move", Bed.ServerAddress, "7000", "both:4:500000");
            Assert.Equal(before, bed.App.Run("ip", "-o", "addr", "show", "dev", "own0"));
            Assert.Contains("mtu 1400", bed.App.Run("ip", "link", "show", "own0"), StringComparison.Ordinal);
            host.Write("quit");
            string[] stats = host.WaitForLine(Patience, line => line.StartsWith("stats ", StringComparison.Ordinal)).Split(' ');
            Assert.True(long.Parse(stats[2], CultureInfo.InvariantCulture) > 2_000_000, string.Join(' ', stats));
            Assert.Equal("main 0, descriptor open, does not block", host.WaitForLine(Patience, line => line.StartsWith("main", StringComparison.Ordinal)));
        }
        Assert.True(host.WaitForExit(Patience));
        Assert.DoesNotContain("nonexistent", host.Output, StringComparison.Ordinal);
    }
}
