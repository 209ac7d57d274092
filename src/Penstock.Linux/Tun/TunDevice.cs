using System;
using System.Collections.Generic;
using System.Net;
using Penstock.Linux.Netlink;

namespace Penstock.Linux.Tun;

/// <summary>A TUN device and its queues: the packets that the kernel routes to it are read, what is written arrives as received.</summary>
/// <remarks>
/// Order of a start: <see cref="Open"/>, <see cref="SetMtu"/>, <see cref="AddAddress"/>, <see cref="Up"/>; then
/// <see cref="Features"/> is final. Set-up is for one thread; afterwards each queue belongs to its own.
/// </remarks>
public sealed class TunDevice : IDisposable
{
    private const int LeastMtuV6 = 1280; // RFC 8200 (5)
    private readonly RouteSocket? _route;

    private TunDevice(string name, int index, TunFeatures features, IReadOnlyList<TunQueue> queues, RouteSocket? route)
    {
        Name = name;
        Index = index;
        Features = features;
        Queues = queues;
        _route = route;
    }

    /// <summary>The interface's name, as the kernel gave it; empty for a descriptor handed in.</summary>
    public string Name { get; }

    /// <summary>The interface's number; 0 for a descriptor handed in.</summary>
    public int Index { get; }

    /// <summary>What the device does. <see cref="Up"/> may take back what may be written, after trying it.</summary>
    public TunFeatures Features { get; private set; }

    /// <summary>What <see cref="Up"/> has written to try the device: packets and bytes that the interface's counters have.</summary>
    public (int Packets, int Bytes) Probes { get; private set; }

    /// <summary>The queues, one or as many as were asked for.</summary>
    public IReadOnlyList<TunQueue> Queues { get; }

    /// <summary>The device was opened here and closes with this object; false for a descriptor handed in.</summary>
    public bool OwnsDescriptor => _route is not null;

    /// <summary>Opens or makes a device, down and without addresses.</summary>
    /// <exception cref="TunException">It cannot be had; the message says why and what to do.</exception>
    public static TunDevice Open(TunRequest request)
    {
        var opener = new TunOpener(request);
        TunFeatures features = opener.Open();
        RouteSocket? route = null;
        try
        {
            route = new RouteSocket();
            if (!route.TryFindLink(opener.Name, out Link link))
                throw new TunException($"{opener.Name}: the device vanished while it was opened");
            return new TunDevice(opener.Name, link.Index, features, opener.Queues, route);
        }
        catch
        {
            route?.Dispose();
            opener.Close();
            throw;
        }
    }

    /// <summary>Uses a descriptor that somebody else opened and set up: raw packets, one queue.</summary>
    /// <param name="fd">Becomes non-blocking and stays so; it is never closed here.</param>
    /// <exception cref="TunException">It is no open descriptor.</exception>
    public static TunDevice FromDescriptor(int fd)
    {
        SysResult result = Descriptor.SetNonBlocking(fd);
        if (!result.IsSuccess)
            throw new TunException($"descriptor {fd} cannot be used as a TUN device: {result}");
        return new TunDevice("", 0, new TunFeatures(), [new TunQueue(fd)], null);
    }

    /// <summary>Sets the largest packet in bytes; without the right to, it is enough that the device has it already.</summary>
    /// <exception cref="TunException">Refused.</exception>
    public void SetMtu(int mtu)
    {
        RouteSocket route = Configurable();
        SysResult result = route.SetMtu(Index, mtu);
        if (result.IsSuccess || (route.TryFindLink(Index, out Link link) && link.Mtu == mtu))
            return;
        throw Refused($"MTU {mtu}", result, route, $"it has {link.Mtu}: set it beforehand with the right to, or choose another");
    }

    /// <summary>Sets how many packets wait in each queue before the device drops (txqueuelen); without the right to, it keeps its own number.</summary>
    public void SetQueueLength(int packets) => _ = Configurable().SetQueueLength(Index, packets);

    /// <summary>Gives the device an address; that it has it already is no error.</summary>
    /// <param name="addressBytes">4 or 16 bytes in network order.</param>
    /// <param name="prefixLength">32 and 128 keep the kernel from making a route.</param>
    /// <exception cref="TunException">Refused.</exception>
    public void AddAddress(ReadOnlySpan<byte> addressBytes, int prefixLength)
    {
        RouteSocket route = Configurable();
        SysResult result = route.AddAddress(Index, addressBytes, prefixLength);
        if (result.IsSuccess || result.Errno == Errno.EEXIST)
            return;
        string? explanation = route.Explanation;
        if (route.HasAddress(Index, addressBytes))
            return;
        bool isV6 = addressBytes.Length == 16;
        string advice = "add it beforehand with the right to";
        if (isV6 && route.TryFindLink(Index, out Link link) && link.Mtu < LeastMtuV6)
            advice = $"IPv6 needs an MTU of {LeastMtuV6} or more, and the device has {link.Mtu}: raise it, or leave out the IPv6 address";
        else if (isV6 && result.Errno is Errno.EACCES or Errno.EOPNOTSUPP or Errno.EAFNOSUPPORT)
            advice = "IPv6 is switched off here: leave out the IPv6 address, or switch it on";
        throw Refused($"address {new IPAddress(addressBytes)}/{prefixLength}", result, explanation, advice);
    }

    /// <summary>Sets the device up, then tries whether it takes what it promised.</summary>
    /// <exception cref="TunException">Refused.</exception>
    public void Up()
    {
        RouteSocket route = Configurable();
        SysResult result = route.SetUp(Index, true);
        if (!result.IsSuccess && !(route.TryFindLink(Index, out Link link) && link.IsUp))
            throw Refused("to go up", result, route, "set it up beforehand with the right to");
        Features = SuperPacketProbe.Try(Queues[0], Features, Name, out int packets, out int bytes);
        Probes = (packets, bytes);
    }

    /// <summary>Sets the device down; its routes vanish, and reads find nothing until it is up again.</summary>
    /// <exception cref="TunException">Refused.</exception>
    public void Down()
    {
        RouteSocket route = Configurable();
        SysResult result = route.SetUp(Index, false);
        if (!result.IsSuccess)
            throw Refused("to go down", result, route, "it stays up");
    }

    /// <summary>Closes the queues; a device that is not persistent vanishes. A descriptor handed in stays open.</summary>
    public void Dispose()
    {
        if (_route is null)
            return;
        _route.Dispose();
        foreach (TunQueue queue in Queues)
            queue.Close();
    }

    private RouteSocket Configurable() =>
        _route ?? throw new InvalidOperationException("a descriptor handed in is set up by whoever opened it");

    private TunException Refused(string what, SysResult result, RouteSocket route, string advice) =>
        Refused(what, result, route.Explanation, advice);

    private TunException Refused(string what, SysResult result, string? explanation, string advice) =>
        new($"{Name}: the kernel refuses {what}: {explanation ?? result.Message} ({result.Name}); {advice}");
}
