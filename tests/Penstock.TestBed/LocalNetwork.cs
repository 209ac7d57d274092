using System;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;

namespace Penstock.TestBed;

/// <summary>A client behind the tunnel's host: the host forwards between the client's link and the TUN, and can lose packets there.</summary>
/// <remarks>A drop in the host's own output would be told to its TCP, which then sends again at once; a drop on the way is real loss.</remarks>
public sealed partial class LocalNetwork : IDisposable
{
    /// <summary>The host, as the client sees it.</summary>
    public const string HostAddress = "10.30.0.1";

    private readonly Bed bed;

    /// <summary>Makes the client's namespace and the link to it.</summary>
    /// <param name="bed">Where the host is.</param>
    /// <param name="link">What the link does, as bench/tunnel/delayed_link.c takes it; "" for a veth pair.</param>
    public LocalNetwork(Bed bed, string link = "")
    {
        this.bed = bed;
        Client = new NetworkNamespace("lan");
        try
        {
            if (link.Length == 0)
                Command.Run("ip", "link", "add", "lan0", "netns", bed.App.Name, "type", "veth", "peer", "name", "lan0", "netns", Client.Name);
            else
                bed.StartLink(CompileLink(), Client, "lan0", link.Split(' '));
            bed.App.Ip($"addr add {HostAddress}/24 dev lan0", "addr add fd30::1/64 dev lan0 nodad", "link set lan0 up");
            Client.Ip(
                "addr add 10.30.0.2/24 dev lan0",
                "addr add fd30::2/64 dev lan0 nodad",
                "link set lan0 up",
                $"route add default via {HostAddress}",
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

    private string CompileLink()
    {
        string program = Path.Combine(bed.App.Files, "delayed_link");
        Command.Run("gcc", "-O2", "-o", program, Path.Combine(Repository.Root, "bench", "tunnel", "delayed_link.c"));
        return program;
    }

    private static long Number(Match match) => long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"counter packets (\d+)")]
    private static partial Regex Counter();
}
