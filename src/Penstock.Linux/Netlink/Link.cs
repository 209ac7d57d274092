namespace Penstock.Linux.Netlink;

/// <summary>A network interface.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Mtu">Largest packet in bytes.</param>
/// <param name="IsUp">It has been set up (IFF_UP).</param>
public readonly record struct Link(int Index, string Name, int Mtu, bool IsUp);
