using System;

namespace Penstock.Linux.Tun;

/// <summary>What is wished from a TUN device; each can be left out.</summary>
[Flags]
public enum TunOffload
{
    /// <summary>Plain packets without a header in front.</summary>
    None = 0,

    /// <summary>Transport checksums are left to the other side (TUN_F_CSUM). Segmentation needs it.</summary>
    Checksum = 1,

    /// <summary>TCP super-packets over IPv4 (TUN_F_TSO4).</summary>
    Tso4 = 2,

    /// <summary>TCP super-packets over IPv6 (TUN_F_TSO6).</summary>
    Tso6 = 4,

    /// <summary>UDP super-packets over both (TUN_F_USO4 and TUN_F_USO6, Linux 6.2, accepted only together).</summary>
    Uso = 8,

    /// <summary>TCP super-packets of more than 65 535 bytes (BIG TCP, Linux 6.6), where TCP super-packets may be written.</summary>
    Big = 16,

    /// <summary>Everything that the kernel gives.</summary>
    All = Checksum | Tso4 | Tso6 | Uso | Big,
}
