using System;
using System.Collections.Generic;
using Penstock.Stack.Ip;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Stack.Tests.Ip;

public class ReassemblyTests
{
    private readonly IpFixture _stack = new();

    public static TheoryData<bool, int, int> Sizes() => new()
    {
        { false, 1473, 1480 }, { false, 8192, 1480 }, { false, 20000, 552 }, { false, 65507, 1480 },
        { false, 65507, 256 }, { true, 1453, 1448 }, { true, 8192, 1232 }, { true, 65527, 1448 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Fragments_make_the_datagram_in_any_order(bool isV6, int length, int size)
    {
        byte[] payload = Packets.Text(length);
        List<byte[]> fragments = Packets.Fragment(Whole(isV6, payload), size);
        foreach (var order in Orders(fragments))
        {
            foreach (byte[] fragment in order)
                _stack.Send(fragment);
            Assert.Equal(payload, _stack.ExpectDatagram().Payload);
            _stack.ExpectNothing();
        }
        Assert.Equal(0, _stack.Pool.InUse);
        Assert.Equal(long.MaxValue, _stack.Stack.NextDeadline);
    }

    [Fact]
    public void Datagrams_in_flight_do_not_mix()
    {
        byte[] a = Packets.Text(3000);
        byte[] b = new byte[3000];
        var first = Packets.Fragment(Packets.UdpV4(a), 1480, id: 1);
        var second = Packets.Fragment(Packets.UdpV4(b), 1480, id: 2);
        for (int i = 0; i < first.Count; i++)
        {
            _stack.Send(first[i]);
            _stack.Send(second[i]);
        }
        Assert.Equal(a, _stack.ExpectDatagram().Payload);
        Assert.Equal(b, _stack.ExpectDatagram().Payload);
    }

    [Fact]
    public void Headers_on_both_sides_of_the_fragment_header_stay_in_order()
    {
        byte[] payload = Packets.Text(3000);
        byte[] whole = Packets.Extend(Packets.UdpV6(payload), (IpProtocol.DestinationOptions, new byte[8]));
        // The fragmentable part begins with the destination options; a hop-by-hop header stands before the fragment header.
        IpPacket outer = new()
        {
            Source = Packets.AppV6.Address,
            Destination = Packets.FarV6.Address,
            Protocol = IpProtocol.DestinationOptions,
        };
        byte[] body = whole[40..];
        for (int offset = 0; offset < body.Length; offset += 1200)
        {
            int part = Math.Min(1200, body.Length - offset);
            byte[] fragment = Packets.FragmentOf(outer, body.AsSpan(offset, part).ToArray(), offset, offset + part < body.Length, 7);
            _stack.Send(Packets.Extend(fragment, (IpProtocol.HopByHop, new byte[8])));
        }
        Assert.Equal(payload, _stack.ExpectDatagram().Payload);
    }

    [Fact]
    public void A_fragment_that_comes_twice_does_no_harm()
    {
        byte[] payload = Packets.Text(3000);
        var fragments = Packets.Fragment(Packets.UdpV4(payload), 1480);
        _stack.Send(fragments[0]);
        _stack.Send(fragments[0]);
        _stack.Send(fragments[1]);
        _stack.Send(fragments[2]);
        Assert.Equal(payload, _stack.ExpectDatagram().Payload);
        Assert.Equal(1, _stack.Counters[IpDrop.DuplicateFragment]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Overlapping_fragments_lose_the_datagram_whole(bool isV6) // RFC 5722 (4), RFC 8200 (4.5)
    {
        byte[] payload = Packets.Text(2400);
        byte[] whole = Whole(isV6, payload);
        IpPacket.TryParse(whole, out IpPacket ip);
        var fragments = Packets.Fragment(whole, 800);
        _stack.Send(fragments[0]);
        _stack.Send(Packets.FragmentOf(ip, new byte[800], 792, true, 0x4242));
        _stack.ExpectDrop(IpDrop.OverlappingFragments);
        Assert.Equal(0, _stack.Pool.InUse);
        foreach (byte[] fragment in fragments)
            _stack.Send(fragment);
        _stack.ExpectNothing();
        // Nobody is told, and after its time the identification may be used again.
        _stack.Now += 61 * IpFixture.Second;
        _stack.Stack.Poll(_stack.Now);
        _stack.ExpectNothing();
        foreach (byte[] fragment in fragments)
            _stack.Send(fragment);
        Assert.Equal(payload, _stack.ExpectDatagram().Payload);
    }

    [Fact]
    public void The_same_place_with_other_bytes_is_an_overlap()
    {
        var fragments = Packets.Fragment(Packets.UdpV4(Packets.Text(2400)), 800);
        _stack.Send(fragments[0]);
        _stack.Send(Packets.With(fragments[0], p => p[^1] ^= 1));
        _stack.ExpectDrop(IpDrop.OverlappingFragments);
    }

    [Theory]
    [InlineData(800, 799, true)] // not the last, and no multiple of 8
    [InlineData(800, 0, true)]
    [InlineData(800, 0, false)]
    [InlineData(65528, 16, false)] // beyond what IP can say
    [InlineData(65512, 8, false)] // beyond it with the header
    public void A_fragment_without_sense_is_dropped(int offset, int length, bool more)
    {
        IpPacket.TryParse(Packets.UdpV4([]), out IpPacket ip);
        _stack.Send(Packets.FragmentOf(ip, new byte[length], offset, more, 1));
        _stack.ExpectDrop(IpDrop.BadFragment);
        Assert.Equal(0, _stack.Pool.InUse);
    }

    [Fact]
    public void Two_ends_or_data_behind_the_end_lose_the_datagram()
    {
        IpPacket.TryParse(Packets.UdpV4([]), out IpPacket ip);
        _stack.Send(Packets.FragmentOf(ip, new byte[80], 800, false, 1));
        _stack.Send(Packets.FragmentOf(ip, new byte[80], 1600, false, 1));
        _stack.ExpectDrop(IpDrop.BadFragment);
        _stack.Send(Packets.FragmentOf(ip, new byte[80], 800, false, 2));
        _stack.Send(Packets.FragmentOf(ip, new byte[80], 1600, true, 2));
        _stack.ExpectDrop(IpDrop.BadFragment, 2);
        _stack.Send(Packets.FragmentOf(ip, new byte[80], 1600, true, 3));
        _stack.Send(Packets.FragmentOf(ip, new byte[80], 800, false, 3));
        _stack.ExpectDrop(IpDrop.BadFragment, 3);
    }

    [Fact]
    public void Too_many_fragments_lose_the_datagram()
    {
        var fragments = Packets.Fragment(Packets.UdpV4(new byte[8192]), 8);
        foreach (byte[] fragment in fragments)
            _stack.Send(fragment);
        _stack.ExpectNothing();
        Assert.True(_stack.Counters[IpDrop.BadFragment] > 0);
        Assert.Equal(0, _stack.Pool.InUse);
    }

    [Theory]
    [InlineData(false, 30, 11, 1)] // RFC 1122 (3.3.2)
    [InlineData(true, 60, 3, 1)] // RFC 8200 (4.5)
    public void The_sender_of_a_first_fragment_is_told_that_the_rest_stayed_away(bool isV6, int seconds, int type, int code)
    {
        var fragments = Packets.Fragment(Whole(isV6, Packets.Text(3000)), 1200);
        _stack.Send(fragments[0]);
        long deadline = _stack.Now + seconds * IpFixture.Second;
        Assert.Equal(deadline, _stack.Stack.NextDeadline);
        _stack.Now = deadline - 1;
        _stack.Stack.Poll(_stack.Now);
        _stack.ExpectNothing();
        _stack.Now = deadline;
        _stack.Stack.Poll(_stack.Now);
        WrittenPacket error = _stack.Expect();
        Assert.True(IcmpHeader.TryParse(error.Transport, out IcmpHeader header));
        Assert.Equal((type, code), (header.Type, header.Code));
        Assert.Equal(1, _stack.Counters[IpDrop.ReassemblyTimeout]);
        Assert.Equal(0, _stack.Pool.InUse);
        Assert.Equal(long.MaxValue, _stack.Stack.NextDeadline);
    }

    [Fact]
    public void Nobody_is_told_when_the_first_fragment_is_the_one_that_stayed_away()
    {
        _stack.Send(Packets.Fragment(Packets.UdpV4(new byte[3000]), 1200)[1]);
        _stack.Now += 31 * IpFixture.Second;
        _stack.Stack.Poll(_stack.Now);
        _stack.ExpectDrop(IpDrop.ReassemblyTimeout);
    }

    [Fact]
    public void The_oldest_datagram_gives_way_at_the_bound_of_datagrams()
    {
        var stack = new IpFixture(new IpOptions { MaxPartialDatagrams = 4 });
        var all = new List<List<byte[]>>();
        for (uint id = 0; id < 6; id++)
            all.Add(Packets.Fragment(Packets.UdpV4(Packets.Text(2000)), 1200, id));
        foreach (var fragments in all)
            stack.Send(fragments[0]);
        stack.ExpectDrop(IpDrop.ReassemblyFull, 2);
        for (int i = 2; i < 6; i++)
        {
            stack.Send(all[i][1]);
            stack.ExpectDatagram();
        }
        Assert.Equal(0, stack.Pool.InUse);
    }

    [Fact]
    public void The_oldest_datagrams_give_way_at_the_bound_of_bytes()
    {
        var stack = new IpFixture(new IpOptions { MaxPartialBytes = 40_000 });
        for (uint id = 0; id < 50; id++)
            stack.Send(Packets.Fragment(Packets.UdpV4(new byte[8000]), 1200, id)[0]);
        Assert.True(stack.Pool.Budget.Used <= 40_000);
        Assert.True(stack.Counters[IpDrop.ReassemblyFull] > 0);
    }

    [Fact]
    public void Without_memory_a_datagram_is_lost_and_nothing_else()
    {
        var stack = new IpFixture(memory: 2048);
        var hold = stack.Lease(new byte[100]);
        var fragments = Packets.Fragment(Packets.UdpV4(new byte[2000]), 1200);
        var packet = stack.Lease(fragments[0][..100]);
        stack.Stack.Input(packet, default, 1);
        Assert.Equal(1, stack.Counters[IpDrop.Malformed]); // cut: the fixture's own copy must fit as well
        packet.Release();
        hold.Release();
        stack.ExpectNothing();
        byte[] small = Packets.Fragment(Packets.UdpV4(new byte[600]), 400)[0];
        stack.Send(small);
        stack.ExpectDrop(IpDrop.NoMemory);
        Assert.Equal(0, stack.Pool.InUse);
    }

    [Fact]
    public void A_wrong_checksum_is_found_in_the_whole()
    {
        byte[] whole = Packets.UdpV4(Packets.Text(3000));
        whole[^1] ^= 1;
        foreach (byte[] fragment in Packets.Fragment(whole, 1200))
            _stack.Send(fragment);
        _stack.ExpectDrop(IpDrop.BadChecksum);
        foreach (byte[] fragment in Packets.Fragment(whole, 1200))
            _stack.Send(fragment, trusted: true);
        Assert.Equal(3000, _stack.ExpectDatagram().Payload.Length);
    }

    private static byte[] Whole(bool isV6, byte[] payload) => isV6 ? Packets.UdpV6(payload) : Packets.UdpV4(payload);

    private static IEnumerable<List<byte[]>> Orders(List<byte[]> fragments)
    {
        yield return fragments;
        List<byte[]> reversed = [.. fragments];
        reversed.Reverse();
        yield return reversed;
        var random = new Random(fragments.Count);
        byte[][] shuffled = [.. fragments];
        random.Shuffle(shuffled);
        yield return [.. shuffled];
    }
}
