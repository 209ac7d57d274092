using System;

namespace Penstock.Cli.Demo;

/// <summary>Addresses and durations of the demo's small world.</summary>
/// <remarks>
/// <code>
///   near namespace                                   far namespace
///   load ── kernel TCP ── tun ── tunnel ── veth ════ veth ── SOCKS5 proxy ── HTTP server
///                    198.18.0.1   10.201.0.1         10.201.0.2              198.51.100.1 (lo)
/// </code>
/// Everything lives in namespaces of the demo's own: no address here can meet one of the host's.
/// </remarks>
internal static class DemoPlan
{
    public const string NearLink = "near";
    public const string FarLink = "far";
    public const string TunLink = "tun0";
    public const string NearAddress = "10.201.0.1";
    public const string FarAddress = "10.201.0.2";
    public const string ServerAddress = "198.51.100.1";
    public const string ServerNetwork = "198.51.100.0";
    public const int LinkPrefix = 30;
    public const int ServerPrefix = 24;
    public const int ProxyPort = 1080;
    public const int HttpPort = 80;

    public static readonly TimeSpan Phase = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
}
