using System;

namespace Penstock.Wire.Icmp;

/// <summary>An error that a host is told of, in the words of both ICMPs.</summary>
/// <param name="TypeV4">Type in IPv4 (RFC 792).</param>
/// <param name="CodeV4">Code in IPv4.</param>
/// <param name="TypeV6">Type in IPv6 (RFC 4443).</param>
/// <param name="CodeV6">Code in IPv6.</param>
/// <param name="Mtu">The MTU of a packet too big; 0 otherwise.</param>
public readonly record struct IcmpError(
    IcmpType TypeV4, byte CodeV4, IcmpV6Type TypeV6, byte CodeV6, int Mtu = 0)
{
    /// <summary>No route to the destination's network.</summary>
    public static IcmpError NetworkUnreachable => Unreachable(0, 0);

    /// <summary>The host does not answer.</summary>
    public static IcmpError HostUnreachable => Unreachable(1, 3);

    /// <summary>Nobody listens on the port.</summary>
    public static IcmpError PortUnreachable => Unreachable(3, 4);

    /// <summary>Forbidden by a rule (RFC 1812 section 5.2.7.1).</summary>
    public static IcmpError Prohibited => Unreachable(13, 1);

    /// <summary>The packet's time to live ends here.</summary>
    public static IcmpError TtlExceeded => new(IcmpType.TimeExceeded, 0, IcmpV6Type.TimeExceeded, 0);

    /// <summary>Fragments stayed away too long.</summary>
    public static IcmpError ReassemblyExceeded => new(IcmpType.TimeExceeded, 1, IcmpV6Type.TimeExceeded, 1);

    /// <summary>The value that stands in the second word of the message.</summary>
    public uint Rest => (uint)Mtu;

    /// <summary>Destination unreachable with the code of each family.</summary>
    public static IcmpError Unreachable(byte codeV4, byte codeV6) =>
        new(IcmpType.DestinationUnreachable, codeV4, IcmpV6Type.DestinationUnreachable, codeV6);

    /// <summary>True when a message says that a packet would have had to be fragmented.</summary>
    public static bool IsPacketTooBig(in IcmpHeader header, bool isV6) => isV6
        ? (IcmpV6Type)header.Type == IcmpV6Type.PacketTooBig
        : (IcmpType)header.Type == IcmpType.DestinationUnreachable && header.Code == 4;

    /// <summary>The MTU that a packet too big names; 0 when it names none (routers before RFC 1191).</summary>
    public static int MtuOf(in IcmpHeader header, bool isV6) =>
        isV6 ? (int)Math.Min(header.Rest, ushort.MaxValue) : (ushort)header.Rest;

    /// <summary>The packet would have to be fragmented (RFC 1191), or is larger than what follows can carry.</summary>
    /// <param name="mtu">Largest packet that passes: 68 to 65535 in IPv4, at least 1280 in IPv6.</param>
    public static IcmpError PacketTooBig(int mtu)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(mtu);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mtu, ushort.MaxValue);
        return new(IcmpType.DestinationUnreachable, 4, IcmpV6Type.PacketTooBig, 0, mtu);
    }
}
