using Penstock.Linux;
using Penstock.Linux.Processes;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;

namespace Penstock.Tunnel.Hosting;

/// <summary>The user's scripts, called with [path, interface name, interface index] and no descriptor of ours.</summary>
/// <param name="options">Names them.</param>
/// <param name="runtime">Whose interface they are told.</param>
/// <param name="log">Told, at error, when one cannot be started; what a script returns is its own affair.</param>
public sealed class Scripts(TunOptions options, TunnelRuntime runtime, ILog log)
{
    /// <summary>The interface is up and has its addresses; nobody waits for this one.</summary>
    public void PostUp()
    {
        if (options.PostUpScript is string path)
            Tell("tunnel.post-up-script", path, InterfaceScript.Start(path, runtime.InterfaceName, runtime.InterfaceIndex));
    }

    /// <summary>The interface is still up; the tunnel waits until the script has ended.</summary>
    public void PreDown()
    {
        if (options.PreDownScript is string path)
            Tell("tunnel.pre-down-script", path, InterfaceScript.Run(path, runtime.InterfaceName, runtime.InterfaceIndex, out _));
    }

    private void Tell(string key, string path, SysResult result)
    {
        if (!result.IsSuccess)
            log.Write(LogLevel.Error, $"{key}: {path} {runtime.InterfaceName} {runtime.InterfaceIndex}: {result.Message} ({result.Name})");
    }
}
