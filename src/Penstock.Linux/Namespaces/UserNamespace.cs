using System;
using System.Globalization;
using System.IO;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Namespaces;

/// <summary>A user namespace: a place in which an ordinary user is root.</summary>
/// <remarks>
/// A process with several threads cannot enter a new one (EINVAL), so a .NET process has a child do it:
/// <c>unshare --user --map-root-user --net PROGRAM</c> of util-linux. For a child that entered one without mapping
/// itself, <see cref="MapRoot"/> writes the map from outside.
/// </remarks>
public static class UserNamespace
{
    /// <summary>This process may do as it likes with its namespace: its effective user is root.</summary>
    public static bool IsRoot => Libc.geteuid() == 0;

    /// <summary>Whether ordinary users may make one, as far as the kernel's settings tell.</summary>
    public static bool IsAllowed =>
        ReadNumber("/proc/sys/user/max_user_namespaces", 1) > 0
        && ReadNumber("/proc/sys/kernel/unprivileged_userns_clone", 1) > 0
        && ReadNumber("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", 0) == 0;

    /// <summary>Makes user and group <paramref name="outsideUser"/>/<paramref name="outsideGroup"/> root inside.</summary>
    /// <param name="processId">A process in the new namespace.</param>
    /// <param name="outsideUser">This process's own user id.</param>
    /// <param name="outsideGroup">This process's own group id.</param>
    /// <exception cref="IOException">The map was written before.</exception>
    /// <exception cref="UnauthorizedAccessException">The process is somebody else's.</exception>
    public static void MapRoot(int processId, uint outsideUser, uint outsideGroup)
    {
        File.WriteAllText($"/proc/{processId}/uid_map", $"0 {outsideUser} 1\n");

        // A user without privilege may map groups only after giving up setgroups (user_namespaces(7)).
        File.WriteAllText($"/proc/{processId}/setgroups", "deny");
        File.WriteAllText($"/proc/{processId}/gid_map", $"0 {outsideGroup} 1\n");
    }

    private static long ReadNumber(string path, long absent) =>
        File.Exists(path) && long.TryParse(File.ReadAllText(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number)
            ? number
            : absent;
}
