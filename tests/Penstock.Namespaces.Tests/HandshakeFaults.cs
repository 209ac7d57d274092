using Penstock.Namespaces.Tests.Scenes;
using Penstock.TestBed;
using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>Proxies that misbehave before the relay begins. The client is told, nothing leaks, and the next good proxy is used.</summary>
public sealed class HandshakeFaults
{
    private const int Clients = 50;

    [NamespaceTheory]
    [InlineData("Silent")]
    [InlineData("Garbage")]
    [InlineData("GarbageReply")]
    [InlineData("CloseAtAccept")]
    [InlineData("CloseAtGreeting")]
    [InlineData("CloseInMethod")]
    [InlineData("CloseAfterMethod")]
    [InlineData("CloseAtRequest")]
    [InlineData("CloseInReply")]
    [InlineData("Refuse")]
    public void The_connect_fails_and_the_tunnel_lives_on(string manner)
    {
        // The handshake's patience is the relay's: the shortest that is still far above the bed's round trip.
        using var scene = new Scene(new TunnelSettings { MiscLines = "  tcp-read-write-timeout: 1500" }, ProxyChoice.None);
        int sockets = scene.Sockets();
        Child proxy = scene.StartOddProxy(manner);
        Crowd crowd = scene.StartCrowd();
        CrowdAnswer answer = crowd.Open(Clients);
        Assert.True(answer.Done == 0, $"{answer.Done} of {Clients} connected");
        Assert.NotEqual("Watchdog", answer.Error);

        scene.ReturnsToSockets(sockets);
        proxy.Kill();
        scene.StartOddProxy("Echo");
        Assert.Equal(new CrowdAnswer(Clients, 0, "none"), crowd.Open(Clients));
        Assert.Equal(new CrowdAnswer(Clients, 0, "none"), crowd.Echo());
    }

    [NamespaceFact]
    public void An_answer_byte_by_byte_is_an_answer()
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.None);
        scene.StartOddProxy("Dribble");
        Crowd crowd = scene.StartCrowd();
        Assert.Equal(new CrowdAnswer(Clients, 0, "none"), crowd.Open(Clients));
        Assert.Equal(new CrowdAnswer(Clients, 0, "none"), crowd.Echo());
    }

    [NamespaceFact]
    public void Without_a_proxy_the_connect_is_refused()
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.None);
        Crowd crowd = scene.StartCrowd();
        CrowdAnswer answer = crowd.Open(Clients);
        Assert.True(answer is { Done: 0, Error: not "Watchdog" }, $"{answer}");
    }

    [NamespaceFact]
    public void A_refused_destination_is_refused_and_an_unrouted_one_unreachable()
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.Microsocks);
        Assert.Equal(new CrowdAnswer(0, 3, "ConnectionRefused"), scene.StartCrowd(Bed.ServerAddress, 7999).Open(3));
        CrowdAnswer unrouted = scene.StartCrowd(Bed.UnroutedAddress).Open(3);
        Assert.Equal(0, unrouted.Done);
        Assert.Contains(unrouted.Error, new[] { "NetworkUnreachable", "HostUnreachable" });
    }

    [NamespaceFact]
    public void Ten_thousand_refused_connects_leave_nothing_behind()
    {
        using var scene = new Scene(new TunnelSettings(), ProxyChoice.None);
        scene.StartOddProxy("Refuse");
        Crowd crowd = scene.StartCrowd();
        crowd.Open(500);
        int sockets = scene.Sockets();
        Assert.Equal(new CrowdAnswer(0, 10_000, "ConnectionRefused"), crowd.Open(10_000));
        scene.ReturnsToSockets(sockets);
    }
}
