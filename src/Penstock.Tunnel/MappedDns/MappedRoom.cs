using System;
using System.Collections.Generic;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Which addresses of the mapped networks names get: as many from the base on as there are to be names, those left out that are somebody's.</summary>
/// <remarks>Both networks must be sound: the configuration's checks, and the resolver's, come before.</remarks>
internal sealed class MappedRoom
{
    private readonly MappedNetwork _network;
    private readonly MappedNetwork? _networkV6;

    public MappedRoom(MappedDnsOptions options, MappedNetwork network, MappedNetwork? networkV6)
    {
        (_network, _networkV6) = (network, networkV6);
        var reserved = new SortedSet<int>();
        List<InetAddress> taken = [options.Server.Address, .. options.Reserved];
        if (options.ServerV6 is { } server)
            taken.Add(server.Address);
        foreach (InetAddress address in taken)
        {
            if (TryIndex(address, out int index))
                reserved.Add(index);
        }
        Reserved = [.. reserved];
        Bound = options.CacheSize;
        int largest = Math.Min(network.Largest, networkV6?.Largest ?? int.MaxValue);
        foreach (int index in Reserved)
            Bound += index < Bound && Bound < largest ? 1 : 0;
    }

    /// <summary>Indices of names are below it.</summary>
    public int Bound { get; }

    /// <summary>Indices that no name gets, ascending.</summary>
    public int[] Reserved { get; }

    /// <summary>Nothing is left for a name.</summary>
    public bool IsEmpty => Array.FindAll(Reserved, index => index < Bound).Length == Bound;

    /// <summary>A name may get the address.</summary>
    public bool MayGive(in InetAddress address) =>
        TryIndex(address, out int index) && index < Bound && Array.IndexOf(Reserved, index) < 0;

    /// <summary>The index of an address of either network.</summary>
    public bool TryIndex(in InetAddress address, out int index)
    {
        if (!address.IsV6)
            return _network.TryIndex(address, out index);
        index = 0;
        return _networkV6 is { } network && network.TryIndex(address, out index);
    }
}
