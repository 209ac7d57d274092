namespace Penstock.Tunnel.Configuration;

/// <summary>One proxy of the <c>proxies</c> section.</summary>
/// <param name="Name">What the log and the statistics call it; unique.</param>
/// <param name="Socks5">Where it is and how it is reached: what the list says, and the <c>socks5</c> section for the rest.</param>
public sealed record ProxyEntry(string Name, Socks5Options Socks5);
