using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>
/// Real here: the TUN device, the kernel's TCP on both sides, the proxies. Each row of a theory is one tunnel with one
/// combination of MTU, shards, offload, family and proxy, and makes all moves; what arrived is compared by SHA-256.
/// </summary>
public sealed class MovesThroughTheKernel
{
    private const int Megabyte = 1 << 20;

    private static readonly string[] Moves =
    [
        $"upload:1:{32 * Megabyte}",
        $"download:1:{32 * Megabyte}",
        $"both:1:{16 * Megabyte}",
        $"upload:12:{2 * Megabyte}",
        $"download:12:{2 * Megabyte}",
        $"both:40:{Megabyte / 4}:7001",
        "upload:1:5000:1",
        "both:3:2000:1",
        "upload:1:0",
        "download:1:0",
        $"end-by-client:4:{Megabyte}",
    ];

    // microsocks ends both directions when one ends.
    private static readonly string[] HalfCloses =
    [
        $"half-close:4:{Megabyte}",
        $"end-first:4:{Megabyte}",
    ];

    // microsocks and dante turn a reset into an end.
    private static readonly string[] Resets =
    [
        $"reset-by-server:4:{Megabyte}",
        $"reset-by-client:4:{Megabyte}",
    ];

    [NamespaceTheory]
    [InlineData(1500, 0, "auto", ProxyChoice.Microsocks, Bed.ServerAddress)]
    [InlineData(1500, 0, "auto", ProxyChoice.Dante, Bed.ServerAddress)]
    [InlineData(1500, 0, "auto", ProxyChoice.Embedded, Bed.ServerAddress)]
    [InlineData(1500, 0, "auto", ProxyChoice.Embedded, Bed.ServerAddress6)]
    [InlineData(8500, 0, "auto", ProxyChoice.Microsocks, Bed.ServerAddress6)]
    [InlineData(8500, 1, "auto", ProxyChoice.Embedded, Bed.ServerAddress)]
    public void Every_move_ends_as_it_should(int mtu, int shards, string offload, ProxyChoice proxy, string address) =>
        MakeAllMoves(mtu, shards, offload, proxy, address);

    [NamespaceTheory]
    [InlineData(576, 0, "auto", ProxyChoice.Embedded, Bed.ServerAddress)]
    [InlineData(1280, 0, "auto", ProxyChoice.Embedded, Bed.ServerAddress6)]
    [InlineData(65535, 0, "auto", ProxyChoice.Embedded, Bed.ServerAddress)]
    [InlineData(1500, 1, "off", ProxyChoice.Microsocks, Bed.ServerAddress)]
    [InlineData(8500, 4, "off", ProxyChoice.Embedded, Bed.ServerAddress6)]
    [InlineData(1500, 4, "auto", ProxyChoice.Dante, Bed.ServerAddress)]
    public void Every_move_ends_as_it_should_at_the_edges(int mtu, int shards, string offload, ProxyChoice proxy, string address) =>
        MakeAllMoves(mtu, shards, offload, proxy, address);

    [NamespaceTheory]
    [InlineData(1, Bed.ServerAddress)]
    [InlineData(3, Bed.ServerAddress6)]
    public void Every_move_ends_as_it_should_on_a_descriptor_handed_over(int shards, string address)
    {
        var command = new TunnelCommand("tunnel on a descriptor", "dotnet", ["exec", Scene.Peer, "tunnel-on-descriptor"]);
        using var scene = new Scene(new TunnelSettings { Shards = shards }, ProxyChoice.Embedded, command);
        MakeAllMoves(scene, address, ProxyChoice.Embedded);
        // One queue, read by the first shard: the others have what it hands over.
        if (shards > 1)
            Assert.Matches(@"shard-0: .*handed over [1-9]", scene.Tunnel.Output);
    }

    [NamespaceTheory]
    [InlineData("auto", 0)]
    [InlineData("off", 2)]
    public void Every_move_ends_as_it_should_with_a_system_call_for_each(string offload, int shards)
    {
        using var scene = new Scene(new TunnelSettings { Offload = offload, Shards = shards, IoUring = "off" }, ProxyChoice.Embedded);
        MakeAllMoves(scene, Bed.ServerAddress, ProxyChoice.Embedded);
    }

    private static void MakeAllMoves(int mtu, int shards, string offload, ProxyChoice proxy, string address)
    {
        using var scene = new Scene(new TunnelSettings { Mtu = mtu, Shards = shards, Offload = offload }, proxy);
        MakeAllMoves(scene, address, proxy);
    }

    private static void MakeAllMoves(Scene scene, string address, ProxyChoice proxy)
    {
        // A reset is sent once (RFC 9293 (3.5.2)): what a full queue of the device loses says nothing about the tunnel.
        scene.Bed.App.Ip("link set tun0 txqueuelen 20000");
        scene.Makes(address, MovesThrough(proxy));
        scene.StopsCleanly();
    }

    private static string[] MovesThrough(ProxyChoice proxy) => proxy switch
    {
        ProxyChoice.Microsocks => Moves,
        ProxyChoice.Dante => [.. Moves, .. HalfCloses],
        _ => [.. Moves, .. HalfCloses, .. Resets],
    };
}
