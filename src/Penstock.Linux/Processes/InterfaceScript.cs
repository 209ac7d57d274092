using System.Globalization;

namespace Penstock.Linux.Processes;

/// <summary>A script of the user's that is told about an interface: post-up and pre-down.</summary>
/// <remarks>
/// The file itself is run with the arguments [path, interface name, interface number]; it inherits the environment, the
/// working directory and the three standard streams, and no other descriptor.
/// </remarks>
public static class InterfaceScript
{
    /// <summary>Starts the script without waiting for it.</summary>
    /// <returns>Whether it could be started.</returns>
    public static SysResult Start(string path, string interfaceName, int interfaceIndex)
    {
        SysResult result = ChildProcess.Start(RequestFor(path, interfaceName, interfaceIndex), out ChildProcess? child);
        child?.LetRun();
        return result;
    }

    /// <summary>Runs the script and waits until it ends.</summary>
    /// <param name="path">The script's file.</param>
    /// <param name="interfaceName">Its second argument.</param>
    /// <param name="interfaceIndex">Its third, in decimal.</param>
    /// <param name="exitStatus">What <see cref="ChildProcess.Wait"/> says.</param>
    /// <returns>Whether it could be started.</returns>
    public static SysResult Run(string path, string interfaceName, int interfaceIndex, out int exitStatus)
    {
        SysResult result = ChildProcess.Start(RequestFor(path, interfaceName, interfaceIndex), out ChildProcess? child);
        exitStatus = child?.Wait() ?? -1;
        return result;
    }

    private static ChildRequest RequestFor(string path, string interfaceName, int interfaceIndex) => new()
    {
        Path = path,
        Arguments = [path, interfaceName, interfaceIndex.ToString(CultureInfo.InvariantCulture)],
    };
}
