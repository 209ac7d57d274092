using System.Runtime.InteropServices;

namespace Penstock.Linux.Interop;

/// <summary>struct ifreq of net/if.h, as far as a TUN device needs it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct ifreq
{
    [FieldOffset(0)] internal fixed byte ifr_name[Libc.IFNAMSIZ];
    [FieldOffset(16)] internal short ifr_flags;
    [FieldOffset(16)] internal int ifr_ifindex;
    [FieldOffset(16)] internal int ifr_mtu;
}
