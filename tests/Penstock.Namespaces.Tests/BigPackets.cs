using System;
using System.Globalization;
using System.Text.RegularExpressions;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>What an app of this host downloads comes in packets of more than 65 535 bytes, where the kernel takes them.</summary>
public sealed class BigPackets
{
    private const int Most = 65_535;

    [NamespaceTheory]
    [InlineData(Bed.ServerAddress, "auto")]
    [InlineData(Bed.ServerAddress6, "auto")]
    [InlineData(Bed.ServerAddress, "tso")]
    public void A_download_s_packets_are_larger_than_an_IP_header_can_say(string address, string offload)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload }, ProxyChoice.Embedded);
        scene.Summary(); // a tunnel that answers has told what it was granted
        bool isGranted = scene.Tunnel.Output.Contains(",big", StringComparison.Ordinal);
        Assert.True(offload == "auto" || !isGranted, scene.Tunnel.Output);
        if (isGranted)
        {
            double mean = 0;
            Eventually.Requires(
                "a mean beyond 65 535 bytes",
                TimeSpan.FromSeconds(60),
                () => (mean = MeanOfADownload(scene, address)) > Most,
                () => $"{mean} bytes");
        }
        else
        {
            Assert.InRange(MeanOfADownload(scene, address), 1, Most);
        }
        scene.StopsCleanly();
    }

    [NamespaceTheory]
    [InlineData(Bed.ServerAddress)]
    [InlineData(Bed.ServerAddress6)]
    public void A_client_that_is_masqueraded_gets_none(string address)
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.Embedded);
        using var network = new LocalNetwork(scene.Bed);
        Filter(scene, "type nat hook postrouting priority srcnat; oifname tun0 masquerade");
        Assert.InRange(MeanOfADownload(scene, address, network.Client), 1, Most);
        Assert.InRange(scene.Statistic("tcp", "retransmissions"), 0, 16);
    }

    [NamespaceTheory]
    [InlineData(Bed.ServerAddress)]
    [InlineData(Bed.ServerAddress6)]
    public void Rules_that_drop_them_hold_a_flow_up_once(string address)
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.Embedded);
        Filter(scene, "type filter hook input priority 0; iifname tun0 meta length > 65535 counter drop");
        for (int i = 0; i < 3; i++)
            MeanOfADownload(scene, address);
        Match dropped = Regex.Match(scene.Bed.App.Run("nft", "list", "ruleset"), @"counter packets (\d+)");
        Assert.InRange(int.Parse(dropped.Groups[1].ValueSpan, CultureInfo.InvariantCulture), 0, 3 * 20);
    }

    private static void Filter(Scene scene, string rules) => Command.RunWithInput(
        $$"""
        table inet rules {
          chain rules {
            {{rules}}
          }
        }
        """,
        "ip", "netns", "exec", scene.Bed.App.Name, "nft", "-f", "-");

    private static double MeanOfADownload(Scene scene, string address, NetworkNamespace? from = null)
    {
        (long packets, long bytes) = Out(scene);
        scene.Makes(from ?? scene.Bed.App, address, "download:1:67108864");
        (long packetsAfter, long bytesAfter) = Out(scene);
        return (double)(bytesAfter - bytes) / (packetsAfter - packets);
    }

    private static (long Packets, long Bytes) Out(Scene scene)
    {
        string summary = scene.Summary();
        return (Scene.Number(summary, "device", "packets out"), Scene.Number(summary, "device", "bytes out"));
    }
}
