using System;
using System.ComponentModel;
using System.IO;

namespace Penstock.Cli.Demo;

/// <summary><c>penstock demo</c>: the main job on an embedded default, in namespaces of its own.</summary>
/// <remarks>
/// A process with threads cannot enter a new user namespace, so the work is done by a child that util-linux's unshare
/// starts: in a new network namespace, and in a new user namespace as well when the user is not root.
/// </remarks>
internal static class DemoCommand
{
    /// <summary>Plays one role; the value is the exit status.</summary>
    /// <param name="role">null for the person's own call, <c>near</c> and <c>far</c> for the children.</param>
    public static int Run(string? role)
    {
        try
        {
            switch (role)
            {
                case null:
                    return Unshare();
                case "near":
                    using (DemoStage stage = new(Console.Out))
                        return stage.Run();
                case "far":
                    return DemoFar.Run(Console.In, Console.Out);
                default:
                    throw new DemoException($"there is no role {role}");
            }
        }
        catch (Exception e) when (e is DemoException or Win32Exception or IOException or InvalidOperationException)
        {
            Console.Error.WriteLine("penstock demo: " + e.Message);
            return 1;
        }
    }

    private static int Unshare()
    {
        if (!OperatingSystem.IsLinux())
            throw new DemoException("the demo needs Linux: a TUN device and network namespaces");
        if (!File.Exists("/dev/net/tun"))
            throw new DemoException("/dev/net/tun is missing: the kernel needs the tun module (modprobe tun), a container the device");
        string[] spaces = Environment.IsPrivilegedProcess ? ["--net"] : ["--user", "--map-root-user", "--net"];
        Console.WriteLine("penstock demo: real TUN, real kernel TCP, in namespaces of its own; takes about 25 seconds");
        using DemoProcess stage = DemoProcess.Start(talks: false, ["unshare", .. spaces, "--", .. DemoProcess.Self, "demo", "--role", "near"]);
        return stage.Wait();
    }
}
