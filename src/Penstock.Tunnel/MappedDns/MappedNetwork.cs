using System;
using System.Buffers.Binary;
using System.Numerics;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Addresses of one network, numbered from its base on.</summary>
/// <remarks>
/// <code>
///   | network bits      | host bits: index |
///   ├── prefix length ──┤                  |
/// </code>
/// An address belongs to the network only if all its network bits agree: host bits alone say nothing.
/// </remarks>
internal readonly struct MappedNetwork
{
    private readonly UInt128 _base;
    private readonly UInt128 _hostMask;
    private readonly bool _isV6;

    /// <param name="network">Its host bits are ignored.</param>
    /// <param name="prefix">Bits of network, 0 to 32 or 128.</param>
    public MappedNetwork(InetAddress network, int prefix)
    {
        _isV6 = network.IsV6;
        int hostBits = (network.IsV6 ? 128 : 32) - prefix;
        _hostMask = hostBits == 128 ? UInt128.MaxValue : (UInt128.One << hostBits) - 1;
        _base = Number(network) & ~_hostMask;
    }

    /// <summary>The largest index.</summary>
    public int Largest => _hostMask > int.MaxValue ? int.MaxValue : (int)_hostMask;

    /// <summary>The address of an index.</summary>
    public InetAddress this[int index]
    {
        get
        {
            UInt128 number = _base | (uint)index;
            return _isV6
                ? InetAddress.FromV6((ulong)(number >> 64), (ulong)number)
                : InetAddress.FromV4((uint)number);
        }
    }

    /// <summary>The index of an address; false when it is not in the network.</summary>
    public bool TryIndex(InetAddress address, out int index)
    {
        index = 0;
        if (address.IsV6 != _isV6)
            return false;
        UInt128 number = Number(address);
        UInt128 host = number & _hostMask;
        if ((number & ~_hostMask) != _base || host > int.MaxValue)
            return false;
        index = (int)host;
        return true;
    }

    /// <summary>The prefix length of a mask; false when its ones do not all lead.</summary>
    public static bool TryPrefix(InetAddress netmask, out int prefix)
    {
        prefix = BitOperations.LeadingZeroCount(~netmask.V4);
        return !netmask.IsV6 && (prefix == 32 ? netmask.V4 == uint.MaxValue : netmask.V4 << prefix == 0);
    }

    private static UInt128 Number(InetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.Write(bytes[(16 - address.Length)..]);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
