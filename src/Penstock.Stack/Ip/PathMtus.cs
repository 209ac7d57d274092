using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Ip;

/// <summary>What the paths to apps take where that is less than the device does, RFC 8201 (5.2).</summary>
/// <remarks>
/// Only for IPv6: no datagram of ours over IPv4 forbids routers to cut it. Memory for all of them is there from the
/// beginning. Single-threaded.
/// </remarks>
internal sealed class PathMtus(IpOptions options, int deviceMtu)
{
    /// <summary>What every link takes, RFC 8200 (5).</summary>
    public const int Least = 1280;

    private readonly Dictionary<InetAddress, Path> _paths = new(options.MaxPaths);

    private readonly record struct Path(int Mtu, long Deadline);

    /// <summary>When <see cref="Expire"/> is wanted next; <see cref="long.MaxValue"/> when nothing is remembered.</summary>
    public long NextDeadline { get; private set; } = long.MaxValue;

    /// <summary>Largest packet for an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int To(in InetAddress address) => _paths.Count == 0 ? deviceMtu : Find(address);

    /// <summary>Takes a router's word.</summary>
    /// <param name="address">Where the packet was to go.</param>
    /// <param name="mtu">What the next link takes, at least <see cref="Least"/>. Until it is forgotten a path only shrinks.</param>
    /// <param name="now">The time.</param>
    public void Learn(in InetAddress address, int mtu, long now)
    {
        bool isKnown = _paths.TryGetValue(address, out Path known);
        if (mtu > (isKnown ? known.Mtu : deviceMtu - 1))
            return;
        if (!isKnown && _paths.Count >= options.MaxPaths)
            ForgetOldest();
        _paths[address] = new Path(mtu, now + options.PathLifetime);
        NextDeadline = Math.Min(NextDeadline, now + options.PathLifetime);
    }

    /// <summary>Forgets what is too old: the path may take more by now.</summary>
    public void Expire(long now)
    {
        if (now < NextDeadline)
            return;
        NextDeadline = long.MaxValue;
        foreach ((InetAddress address, Path path) in _paths)
        {
            if (path.Deadline <= now)
                _paths.Remove(address);
            else
                NextDeadline = Math.Min(NextDeadline, path.Deadline);
        }
    }

    private int Find(in InetAddress address) => _paths.TryGetValue(address, out Path path) ? path.Mtu : deviceMtu;

    private void ForgetOldest()
    {
        InetAddress oldest = default;
        long deadline = long.MaxValue;
        foreach ((InetAddress address, Path path) in _paths)
        {
            if (path.Deadline < deadline)
                (oldest, deadline) = (address, path.Deadline);
        }
        _paths.Remove(oldest);
    }
}
