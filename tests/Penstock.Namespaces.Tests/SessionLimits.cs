using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Limits on sessions: the least recently active ones go, exactly so many stay, whichever shards they live on.</summary>
public sealed class SessionLimits
{
    private const int Clients = 60;

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
            Assert.Equal(limit, crowd.Echo().Done);
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
        Assert.Equal(7, crowd.Echo().Done);
    }
}
