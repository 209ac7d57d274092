using System;
using System.Collections.Generic;
using System.IO;
using Penstock.Native.Tests.Building;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Native.Tests;

/// <summary>Configurations as the original's users have them, in the manner of a dozen kinds of installation: each starts and stops.</summary>
/// <remarks>Real: the published executable under the original's name, TUN. Addresses and names are changed.</remarks>
public sealed class TypicalConfigurations
{
    public static IEnumerable<object[]> Files()
    {
        foreach (string path in Directory.GetFiles(Path.Combine(Library.Sources, "configurations"), "*.yml"))
            yield return [Path.GetFileName(path)];
    }

    [LibraryFact]
    public void Are_a_dozen() => Assert.True(Directory.GetFiles(Path.Combine(Library.Sources, "configurations"), "*.yml").Length >= 12);

    [LibraryTheory]
    [MemberData(nameof(Files))]
    public void Start_and_stop_under_the_originals_name(string file)
    {
        using var space = new NetworkNamespace("typical");
        // Where the files want to write, and the scripts that they name.
        string original = Path.Combine(space.Files, "hev-socks5-tunnel");
        File.CreateSymbolicLink(original, Path.Combine(Path.GetDirectoryName(Library.DropIn)!, "penstock"));
        string script = Path.Combine(space.Files, "up.sh");
        File.WriteAllText(script, "#!/bin/sh\nexit 0\n");
        Command.Run("chmod", "+x", script);
        string text = File.ReadAllText(Path.Combine(Library.Sources, "configurations", file)).Replace("@FILES@", space.Files, StringComparison.Ordinal);
        string path = Path.Combine(space.Files, file);
        File.WriteAllText(path, text);

        using Child tunnel = space.Start(file, original, [path]);
        string pidFile = Path.Combine(space.Files, "tunnel.pid");
        string pid = "";
        // A process of its own in the background, or the one that was started.
        Eventually.Requires("an interface", TimeSpan.FromSeconds(20), () =>
            HasTun(space) && (!text.Contains("pid-file", StringComparison.Ordinal) || (pid = File.ReadAllText(pidFile)).EndsWith('\n')), () => tunnel.Output);
        if (pid.Length > 0)
        {
            Assert.True(tunnel.WaitForExit(TimeSpan.FromSeconds(10)));
            Command.Run("kill", "-TERM", pid.Trim());
        }
        else
        {
            tunnel.Signal("TERM");
            Assert.True(tunnel.WaitForExit(TimeSpan.FromSeconds(10)), tunnel.Output);
        }
        Assert.Equal(0, tunnel.Status);
        Eventually.Requires("no interface", TimeSpan.FromSeconds(10), () => !HasTun(space));
        Assert.DoesNotContain("[E]", tunnel.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", tunnel.Output, StringComparison.Ordinal);
    }

    private static bool HasTun(NetworkNamespace space) =>
        space.Run("ip", "-o", "link", "show", "up", "type", "tun").Length > 0;
}
