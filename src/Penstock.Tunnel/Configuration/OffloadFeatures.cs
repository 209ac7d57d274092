using System;

namespace Penstock.Tunnel.Configuration;

/// <summary>Device offloads that may be used (<c>tunnel.offload</c>); what the kernel lacks is left out at start.</summary>
/// <remarks>Segmentation needs <see cref="Checksum"/>: naming a segmentation feature in the file switches it on too.</remarks>
[Flags]
public enum OffloadFeatures
{
    /// <summary>No virtio header at all: a packet a read, a packet a write (<c>off</c>).</summary>
    None = 0,

    /// <summary>Transport checksums are left to the kernel (<c>csum</c>).</summary>
    Checksum = 1,

    /// <summary>TCP super-packets over IPv4 (<c>tso4</c>).</summary>
    Tso4 = 2,

    /// <summary>TCP super-packets over IPv6 (<c>tso6</c>).</summary>
    Tso6 = 4,

    /// <summary>TCP super-packets with ECN marks (<c>ecn</c>).</summary>
    TsoEcn = 8,

    /// <summary>UDP super-packets, both families or neither (<c>uso</c>).</summary>
    Uso = 16,

    /// <summary>TCP super-packets of more than 65 535 bytes towards the host itself (<c>big</c>, which names <see cref="Tso4"/> and <see cref="Tso6"/> as well).</summary>
    Big = 32,

    /// <summary>Everything that the kernel has (<c>auto</c>).</summary>
    All = Checksum | Tso4 | Tso6 | TsoEcn | Uso | Big,
}
