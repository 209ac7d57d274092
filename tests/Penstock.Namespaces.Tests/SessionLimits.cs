using System;
using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Limits on sessions: the least recently active ones go, exactly so many stay, whichever shards they live on.</summary>
public sealed class SessionLimits
{
    private const int Clients = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [NamespaceTheory]
    [InlineData(1, 1, "")]
    [InlineData(1, 4, "")]
    [InlineData(2, 4, "")]
    [InlineData(5, 4, "")]
    [InlineData(5, 4, "  enable-load-balancing: true")]
    public void Exactly_so_many_sessions_stay(int limit, int shards, string threading)
    {
        var settings = new TunnelSettings { Shards = shards, ThreadingLines = threading, MiscLines = $"  max-session-count: {limit}" };
        using var scene = new Scene(settings, ProxyChoice.None);
        scene.StartOddProxy("Echo");
        Crowd crowd = scene.StartCrowd();
        int sockets = scene.Sockets();
        for (int i = 0; i < 5; i++)
        {
            crowd.Open(Clients);
            Keeps(limit, crowd);
        }
        scene.ReturnsToSockets(sockets + limit);
        scene.StopsCleanly();
    }

    [NamespaceFact]
    public void Exactly_so_many_sessions_stay_on_the_only_shard()
    {
        var settings = new TunnelSettings { Shards = 1, ThreadingLines = "  max-sessions-per-thread: 7" };
        using var scene = new Scene(settings, ProxyChoice.None);
        scene.StartOddProxy("Echo");
        Crowd crowd = scene.StartCrowd();
        crowd.Open(Clients);
        Keeps(7, crowd);
    }

    /// <summary>A shard hears a little later that one of its sessions has to go for another shard's; never do too many go.</summary>
    private static void Keeps(int limit, Crowd crowd)
    {
        int done = 0;
        Eventually.Requires($"{limit} sessions that answer", Patience, () => (done = crowd.Echo().Done) <= limit, () => $"{done} do");
        Assert.Equal(limit, done);
        Assert.Equal(limit, crowd.Echo().Done);
    }
}
