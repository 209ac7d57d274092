namespace Penstock.Linux.Interop;

/// <summary>linux/if_tun.h, net/if.h and linux/virtio_net.h.</summary>
internal static unsafe partial class Libc
{
    /// <summary>Bytes of an interface name, its terminating zero included.</summary>
    internal const int IFNAMSIZ = 16;

    internal const int IFF_UP = 0x1;
    internal const int IFF_RUNNING = 0x40;
    internal const int IFF_TUN = 0x1;
    internal const int IFF_TAP = 0x2;
    internal const int IFF_MULTI_QUEUE = 0x100;
    internal const int IFF_NO_PI = 0x1000;
    internal const int IFF_VNET_HDR = 0x4000;
    internal const int IFF_PERSIST = 0x800;

    internal const uint TUNSETIFF = 0x400454ca;
    internal const uint TUNSETOFFLOAD = 0x400454d0;
    internal const uint TUNGETFEATURES = 0x800454cf;
    internal const uint TUNGETIFF = 0x800454d2;
    internal const uint TUNGETVNETHDRSZ = 0x800454d7;
    internal const uint TUNSETVNETHDRSZ = 0x400454d8;
    internal const uint TUNSETSTEERINGEBPF = 0x800454e0;

    internal const uint TUN_F_CSUM = 0x01;
    internal const uint TUN_F_TSO4 = 0x02;
    internal const uint TUN_F_TSO6 = 0x04;
    internal const uint TUN_F_USO4 = 0x20;
    internal const uint TUN_F_USO6 = 0x40;

    internal const byte VIRTIO_NET_HDR_F_NEEDS_CSUM = 1;
    internal const byte VIRTIO_NET_HDR_GSO_TCPV4 = 1;
    internal const byte VIRTIO_NET_HDR_GSO_UDP_L4 = 5;
}
