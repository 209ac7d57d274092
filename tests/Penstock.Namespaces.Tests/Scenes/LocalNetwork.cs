using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Penstock.TestBed;

namespace Penstock.Namespaces.Tests.Scenes;

/// <summary>A client behind the tunnel's host: the host forwards between the client's link and the TUN, and can lose packets there.</summary>
/// <remarks>A drop in the host's own output would be told to its TCP, which then sends again at once; a drop on the way is real loss.</remarks>
public sealed partial class LocalNetwork : IDisposable
{
    private readonly Bed bed;

    public LocalNetwork(Bed bed)
    {
        this.bed = bed;
        Client = new NetworkNamespace("lan");
        try
        {
            Command.Run("ip", "link", "add", "lan0", "netns", bed.App.Name, "type", "veth", "peer", "name", "lan0", "netns", Client.Name);
            bed.App.Ip("addr add 10.30.0.1/24 dev lan0", "addr add fd30::1/64 dev lan0 nodad", "link set lan0 up");
            Client.Ip(
                "addr add 10.30.0.2/24 dev lan0",
                "addr add fd30::2/64 dev lan0 nodad",
                "link set lan0 up",
                "route add default via 10.30.0.1",
                "route add default via fd30::1");
            bed.App.Set(
                "net.ipv4.ip_forward=1",
                "net.ipv6.conf.all.forwarding=1",
                "net.ipv4.conf.all.rp_filter=0",
                "net.ipv4.conf.default.rp_filter=0");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The client's namespace.</summary>
    public NetworkNamespace Client { get; }

    /// <summary>Drops so many of a thousand TCP packets in both directions, at random.</summary>
    public void Lose(int ofThousand) => Command.RunWithInput(
        $$"""
        table inet loss {
          chain forward {
            type filter hook forward priority 0;
            iifname "tun0" meta l4proto tcp numgen random mod 1000 < {{ofThousand}} counter drop
            oifname "tun0" meta l4proto tcp numgen random mod 1000 < {{ofThousand}} counter drop
          }
        }
        """,
        "ip", "netns", "exec", bed.App.Name, "nft", "-f", "-");

    /// <summary>Packets dropped so far on the way from the tunnel and on the way to it.</summary>
    public (long FromTunnel, long ToTunnel) Lost()
    {
        MatchCollection counters = Counter().Matches(bed.App.Run("nft", "list", "table", "inet", "loss"));
        return (Number(counters[0]), Number(counters[1]));
    }

    public void Dispose() => Client.Dispose();

    private static long Number(Match match) => long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"counter packets (\d+)")]
    private static partial Regex Counter();
}
