using Penstock.Tunnel.Bypass;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Tunnel.Tests.Bypass;

/// <summary>Which mapped end an answer belongs to, and how many of them are remembered.</summary>
public sealed class DirectPeersTests
{
    private static readonly InetEndpoint s_real = new(InetAddress.FromV4(0x0a000001), 53);
    private readonly DirectPeers _peers = new();

    [Fact]
    public void What_comes_from_elsewhere_keeps_its_address()
    {
        _peers.Asks(Add(1), s_real);
        InetEndpoint otherPort = s_real with { Port = 54 };
        Assert.Equal(otherPort, _peers.SenderOf(otherPort));
        Assert.Equal(Mapped(1), _peers.SenderOf(s_real));
        Assert.Equal(Mapped(1), _peers.SenderOf(s_real));
    }

    [Fact]
    public void Of_several_it_is_who_has_waited_longest_and_else_who_asked_last()
    {
        DirectPeer[] peers = [Add(1), Add(2), Add(3)];
        foreach (DirectPeer peer in peers)
            _peers.Asks(peer, s_real);
        _peers.Asks(peers[0], s_real); // it waits already
        Assert.Equal(Mapped(1), _peers.SenderOf(s_real));
        Assert.Equal(Mapped(2), _peers.SenderOf(s_real));
        Assert.Equal(Mapped(3), _peers.SenderOf(s_real));
        Assert.Equal(Mapped(1), _peers.SenderOf(s_real));
        _peers.Asks(peers[1], s_real);
        Assert.Equal(Mapped(2), _peers.SenderOf(s_real));
        Assert.Equal(Mapped(2), _peers.SenderOf(s_real));
    }

    [Fact]
    public void A_name_that_moves_takes_its_answers_along()
    {
        DirectPeer first = Add(1), second = Add(2);
        InetEndpoint moved = s_real with { Address = InetAddress.FromV4(0x0a000002) };
        _peers.Asks(first, s_real);
        _peers.Asks(second, s_real);
        _peers.Asks(first, moved);
        Assert.Equal(Mapped(1), _peers.SenderOf(moved));
        Assert.Equal(Mapped(2), _peers.SenderOf(s_real));
        _peers.Asks(second, moved);
        Assert.Equal(s_real, _peers.SenderOf(s_real));
    }

    [Fact]
    public void The_one_unused_for_longest_gives_way()
    {
        for (int i = 0; i < DirectPeers.Most; i++)
            _peers.Asks(Add(i), s_real with { Port = (ushort)i });
        _peers.Asks(_peers.Find(Mapped(0))!, s_real with { Port = 0 });
        Add(DirectPeers.Most);
        Assert.Equal(DirectPeers.Most, _peers.Count);
        Assert.Null(_peers.Find(Mapped(1)));
        Assert.False(_peers.IsReal(s_real with { Port = 1 }));
        Assert.Equal(Mapped(0), _peers.SenderOf(s_real with { Port = 0 }));
    }

    private static InetEndpoint Mapped(int index) => new(InetAddress.FromV4(0x64400000 + (uint)index), 53);

    private DirectPeer Add(int index) => _peers.Add(Mapped(index), null, null);
}
