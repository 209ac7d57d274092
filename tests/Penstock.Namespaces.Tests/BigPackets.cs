using System;
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

    private static double MeanOfADownload(Scene scene, string address)
    {
        (long packets, long bytes) = Out(scene);
        scene.Makes(address, "download:1:67108864");
        (long packetsAfter, long bytesAfter) = Out(scene);
        return (double)(bytesAfter - bytes) / (packetsAfter - packets);
    }

    private static (long Packets, long Bytes) Out(Scene scene)
    {
        string summary = scene.Summary();
        return (Scene.Number(summary, "device", "packets out"), Scene.Number(summary, "device", "bytes out"));
    }
}
