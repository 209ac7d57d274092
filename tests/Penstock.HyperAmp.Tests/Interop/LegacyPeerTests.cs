using System;
using System.IO;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Penstock.Tests;
using Xunit;

namespace Penstock.HyperAmp.Tests.Interop;

/// <summary>The interop matrix of the queue (contract 6.6): our service and client against an independent peer in C.</summary>
public sealed class LegacyPeerTests : IDisposable
{
    private readonly string _path = Path.Combine("/dev/shm", $"penstock-interop-{Guid.NewGuid():N}");

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".side");
    }

    [NeedsTheory(Needs.Gcc)]
    [InlineData("v1", "init")]
    [InlineData("v2", "init")]
    [InlineData("v1", "init", "late-busy")]
    [InlineData("v2", "init", "late-busy")]
    [InlineData("v2", "init", "no-nul")]
    [InlineData("v2", "init", "batch")]
    public void A_legacy_client_is_served(string layout, params string[] quirks)
    {
        using ZoneChannel zone = Open(QueueLayout.Auto);
        using ZoneService service = Serve(zone);
        Assert.Equal("completed 60 wrong 0", QueuePeer.Run(["client", layout, _path, "1", "60", "1", .. quirks]));
    }

    [NeedsTheory(Needs.Gcc)]
    [InlineData("v1")]
    [InlineData("v2")]
    public void A_legacy_client_of_many_threads_with_an_entry_each_is_served(string layout)
    {
        using ZoneChannel zone = Open(QueueLayout.Auto);
        using ZoneService service = Serve(zone);
        Assert.Equal("completed 400 wrong 0", QueuePeer.Run("client", layout, _path, "8", "400", "1", "init", "own-entry"));
    }

    [NeedsFact(Needs.Gcc)]
    public void A_legacy_client_may_initialise_the_queue_again_and_again()
    {
        using ZoneChannel zone = Open(QueueLayout.Auto);
        using ZoneService service = Serve(zone);
        foreach (string layout in (string[])["v2", "v1", "v1", "v2"])
            Assert.Equal("completed 10 wrong 0", QueuePeer.Run("client", layout, _path, "2", "10", "66", "init"));
    }

    [NeedsTheory(Needs.Gcc)]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("v1", "two-step")]
    [InlineData("v2", "two-step")]
    [InlineData("v2", "link-last")]
    [InlineData("v2", "two-step", "link-last")]
    public void A_legacy_service_answers_our_client(string layout, params string[] quirks)
    {
        using ZoneChannel zone = Open(layout == "v1" ? QueueLayout.V1 : QueueLayout.V2);
        using ZoneClient client = zone.OpenClient();
        using QueuePeer peer = QueuePeer.Start(["service", layout, _path, "80", .. quirks]);
        int right = 0;
        Calls.CallTests.Parallel(4, _ =>
        {
            byte[] answer = new byte[5];
            for (int i = 0; i < 20; i++)
            {
                if (client.Call(1, "hello"u8, answer, TimeSpan.FromSeconds(20)).IsSuccess
                    && Convert.ToHexStringLower(answer) == "164e2c2f12")
                    Interlocked.Increment(ref right);
            }
        });
        Assert.Equal(80, right);
        Assert.Equal("served 80", peer.Finish());
    }

    [NeedsTheory(Needs.Gcc)]
    [InlineData(QueueLayout.V1, QueueLayout.V2)]
    [InlineData(QueueLayout.V2, QueueLayout.V1)]
    public void A_peer_of_the_wrong_layout_is_refused(QueueLayout page, QueueLayout wanted)
    {
        using ZoneChannel zone = Open(page);
        zone.OpenClient().Dispose();
        using ZoneChannel other = Open(wanted);
        RegionException refusal = Assert.Throws<RegionException>(() => other.OpenClient());
        Assert.Contains($"has the layout {page}", refusal.Message, StringComparison.Ordinal);
    }

    [NeedsFact(Needs.Gcc)]
    public void Joining_does_not_initialise_a_queue_that_lives()
    {
        using ZoneChannel zone = Open(QueueLayout.Auto);
        using ZoneClient first = zone.OpenClient();
        Assert.Equal(CallStatus.Success, first.TryRent(64, out ZoneRequest? request));
        using ZoneClient second = zone.OpenClient();
        Assert.Equal(254, new ZoneObserver(zone).Look().Free);
        request!.Dispose();
    }

    [NeedsFact(Needs.Gcc)]
    public void After_a_peer_has_scribbled_over_everything_the_service_serves_again()
    {
        using ZoneChannel zone = Open(QueueLayout.Auto);
        using ZoneService service = Serve(zone);
        for (int seed = 1; seed <= 3; seed++)
        {
            QueuePeer.Run("scribble", _path, $"{seed}", "300", "");
            Assert.Equal("completed 20 wrong 0", QueuePeer.Run("client", "v2", _path, "2", "20", "1", "init"));
        }
    }

    private ZoneChannel Open(QueueLayout layout) => ZoneChannel.Open(
        ShmConfiguration.Local(_path) with { Backend = RegionBackend.File, Path = _path, Layout = layout });

    private static ZoneService Serve(ZoneChannel zone) => zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
}
