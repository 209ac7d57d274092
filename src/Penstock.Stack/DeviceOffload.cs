using Penstock.Wire.Ip;

namespace Penstock.Stack;

/// <summary>What the device does for packets that the stack writes.</summary>
/// <param name="Mtu">Largest packet of one segment, 68 to 65535 bytes.</param>
/// <param name="Checksum">The device completes transport checksums: the stack leaves the pseudo-header's sum.</param>
/// <param name="SegmentV4">TCP over IPv4 may be written as super-packets of up to 65 535 bytes.</param>
/// <param name="SegmentV6">The same over IPv6.</param>
/// <param name="SegmentUdp">UDP super-packets (USO), both families.</param>
public readonly record struct DeviceOffload(int Mtu, bool Checksum, bool SegmentV4, bool SegmentV6, bool SegmentUdp)
{
    /// <summary>
    /// The device's own IPv4 address, when super-packets to it may be BIG TCP packets, longer than 65 535 bytes. What goes to
    /// others is forwarded, and there the kernel would have to cut a packet that is larger than a network card takes.
    /// </summary>
    public InetAddress? BigToV4 { get; init; }

    /// <summary>The same for IPv6.</summary>
    public InetAddress? BigToV6 { get; init; }
}
