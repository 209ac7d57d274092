namespace Penstock.Bench.Tunnel;

/// <summary>What a load needs around it.</summary>
/// <param name="Mtu">The TUN's MTU in bytes.</param>
/// <param name="Proxy">What the tunnel relays to.</param>
/// <param name="Fresh">Each sample starts a tunnel of its own: for memory and start-up.</param>
/// <param name="Udp">`socks5.udp`.</param>
/// <param name="MiscLines">Further lines of the section `misc`.</param>
/// <param name="Sections">Further sections of the configuration.</param>
/// <param name="DelayMilliseconds">How long a packet between tunnel and proxy takes, each way; 0 for a veth pair.</param>
/// <param name="Link">What the link between a client and the tunnel's host does, as `delayed_link` takes it; "" for clients on the host itself.</param>
internal sealed record RigKind(
    int Mtu, ProxyKind Proxy, bool Fresh = false, string Udp = "udp", string MiscLines = "", string Sections = "", double DelayMilliseconds = 0,
    string Link = "");
