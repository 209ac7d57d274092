using System;
using System.Globalization;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>What the tunnel counts against what the kernel counts for its interface.</summary>
public sealed class Statistics
{
    private const int Megabyte = 1 << 20;

    [NamespaceTheory]
    [InlineData("auto")]
    [InlineData("off")]
    public void Packets_and_bytes_are_the_kernel_s_own(string offload)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload }, ProxyChoice.Embedded);
        scene.StartDatagramServer();
        // What the start tried out was written before the first shard counted; a tunnel that answers has started.
        scene.Summary();
        (long Packets, long Bytes) first = Kernel(scene, "rx");
        (long Packets, long Bytes) counted = Own(scene.Summary(), "out");
        (long Packets, long Bytes) probes = (first.Packets - counted.Packets, first.Bytes - counted.Bytes);
        scene.Makes(Bed.ServerAddress, $"upload:4:{Megabyte}", $"download:4:{Megabyte}", $"both:2:{Megabyte}");
        scene.Makes(Bed.ServerAddress6, $"upload:4:{Megabyte}", $"download:4:{Megabyte}");
        scene.Exchanges("udp-all", Bed.ServerAddress);
        string seen = "";
        Eventually.Requires(
            "the same counts",
            TimeSpan.FromSeconds(20),
            () =>
            {
                string summary = scene.Summary();
                (long Packets, long Bytes) sent = Kernel(scene, "tx");
                (long Packets, long Bytes) received = Kernel(scene, "rx");
                string kernel = $"in {sent}, out {(received.Packets - probes.Packets, received.Bytes - probes.Bytes)}";
                string tunnel = $"in {Own(summary, "in")}, out {Own(summary, "out")}";
                seen = $"kernel: {kernel}\ntunnel: {tunnel}";
                return kernel == tunnel;
            },
            () => seen);
    }

    private static (long Packets, long Bytes) Own(string summary, string way) =>
        (Scene.Number(summary, "device", "packets " + way), Scene.Number(summary, "device", "bytes " + way));

    private static (long Packets, long Bytes) Kernel(Scene scene, string way) => (Counter(scene, way, "packets"), Counter(scene, way, "bytes"));

    private static long Counter(Scene scene, string way, string what) =>
        long.Parse(scene.Bed.App.Run("cat", $"/sys/class/net/tun0/statistics/{way}_{what}"), CultureInfo.InvariantCulture);
}
