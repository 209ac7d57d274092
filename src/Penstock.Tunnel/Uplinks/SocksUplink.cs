using Penstock.Tunnel.Configuration;

namespace Penstock.Tunnel.Uplinks;

/// <summary>How a SOCKS5 proxy is reached: what all its streams have in common.</summary>
/// <param name="Options">The <c>socks5</c> section.</param>
/// <param name="Address">The proxy's addresses.</param>
internal sealed record SocksUplink(Socks5Options Options, ProxyAddress Address);
