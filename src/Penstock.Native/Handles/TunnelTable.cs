using System.Collections.Generic;
using System.Threading;
using Penstock.Native.Border;

namespace Penstock.Native.Handles;

/// <summary>The tunnels of the process by their handles. A number is given once: one that was freed stays unknown.</summary>
internal static class TunnelTable
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<long, EmbeddedTunnel> s_tunnels = [];
    private static long s_last;

    public static long Add(EmbeddedTunnel tunnel)
    {
        lock (s_lock)
        {
            s_tunnels.Add(++s_last, tunnel);
            return s_last;
        }
    }

    /// <exception cref="BorderException">There is none of this number.</exception>
    public static EmbeddedTunnel Find(long handle)
    {
        lock (s_lock)
            return s_tunnels.TryGetValue(handle, out EmbeddedTunnel? tunnel) ? tunnel : throw Unknown(handle);
    }

    /// <summary>Takes it out of the table.</summary>
    /// <exception cref="BorderException">There is none of this number.</exception>
    public static EmbeddedTunnel Remove(long handle)
    {
        lock (s_lock)
            return s_tunnels.Remove(handle, out EmbeddedTunnel? tunnel) ? tunnel : throw Unknown(handle);
    }

    private static BorderException Unknown(long handle) =>
        new(Status.NoSuchTunnel, $"there is no tunnel {handle}: it was freed, or never started");
}
