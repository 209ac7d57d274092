using System;
using System.Collections.Generic;
using System.Linq;
using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Stack.Udp;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Stack.Tests.Ip;

/// <summary>A stack that has sent an answer which a router could not forward.</summary>
public class PathMtuTests
{
    private const int Link = 1280;
    private const int Minute = 60;

    private readonly IpFixture _stack = new(
        new IpOptions { MaxPaths = 4, EchoReply = true }, mtu: 8500, checksumOffload: true, segmentUdp: true)
    {
        Owner = SessionOwner.ThisStack,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1232)]
    [InlineData(1233)]
    [InlineData(1452)]
    [InlineData(8452)]
    [InlineData(8453)]
    [InlineData(65497)]
    public void A_datagram_of_any_size_fits_the_path_and_arrives_whole(int length)
    {
        Refuse(Answer(Packets.AppV6, 1452)[0], Link);
        Assert.Equal(new FlowKey(Packets.AppV6, Packets.FarV6), _stack.Asked);
        Assert.Equal(1, _stack.Counters.PacketsTooBig);
        var app = new IpFixture();
        foreach (WrittenPacket packet in Answer(Packets.AppV6, length))
        {
            Assert.True(packet.Bytes.Length <= Link);
            app.Send(packet.Bytes); // checksums verified
        }
        Assert.Equal(Packets.Text(length), app.ExpectDatagram().Payload);
        Assert.Equal((0, 0), (_stack.Pool.InUse, app.Pool.InUse));
    }

    [Fact]
    public void It_counts_for_one_address_and_all_of_its_ports()
    {
        Refuse(Answer(Packets.AppV6, 1452)[0], Link);
        Assert.Equal(2, Answer(new InetEndpoint(Packets.AppV6.Address, 1), 1452).Count);
        Assert.Single(Answer(App(2), 1452));
        _stack.Send(Packets.Echo(Packets.AppV6.Address, Packets.FarV6.Address, Packets.Text(1000)));
        _stack.Send(Packets.Echo(App(2).Address, Packets.FarV6.Address, Packets.Text(1452)));
        Assert.Equal(2, _stack.ExpectAll().Count);
        _stack.Send(Packets.Echo(Packets.AppV6.Address, Packets.FarV6.Address, Packets.Text(1452)));
        Assert.Equal(2, _stack.ExpectAll().Count);
    }

    [Fact]
    public void No_segment_of_a_super_packet_is_larger_than_the_path_takes()
    {
        Assert.True(_stack.Stack.Datagrams.CanSendInARow(Packets.AppV6.Address, 1452, 2904));
        Lease[] leases = [_stack.Lease(new byte[1452]), _stack.Lease(new byte[1452])];
        Assert.True(_stack.Stack.Datagrams.SendInARow(Packets.FarV6, Packets.AppV6, leases, 2904));
        foreach (Lease lease in leases)
            lease.Release();
        Refuse(_stack.Expect(), Link);
        Assert.False(_stack.Stack.Datagrams.CanSendInARow(Packets.AppV6.Address, 1233, 2466));
        Assert.True(_stack.Stack.Datagrams.CanSendInARow(Packets.AppV6.Address, 1232, 2464));
        Assert.True(_stack.Stack.Datagrams.CanSendInARow(App(2).Address, 1452, 2904));
    }

    [Fact]
    public void It_is_forgotten_after_ten_minutes() // RFC 8201 (4)
    {
        Assert.Equal(long.MaxValue, _stack.Stack.NextDeadline);
        WrittenPacket whole = Answer(Packets.AppV6, 1452)[0];
        Refuse(whole, Link);
        long deadline = _stack.Now + 10 * Minute * IpFixture.Second;
        Assert.Equal(deadline, _stack.Stack.NextDeadline);
        _stack.Stack.Poll(deadline - 1);
        Assert.Equal(2, Answer(Packets.AppV6, 1452).Count);
        _stack.Now += IpFixture.Second;
        Refuse(whole, Link); // that late one tells it anew
        _stack.Stack.Poll(deadline);
        Assert.Equal(2, Answer(Packets.AppV6, 1452).Count);
        Assert.Equal(deadline + IpFixture.Second, _stack.Stack.NextDeadline);
        _stack.Stack.Poll(deadline + IpFixture.Second);
        Assert.Single(Answer(Packets.AppV6, 1452));
        Assert.Equal(long.MaxValue, _stack.Stack.NextDeadline);
    }

    [Fact]
    public void It_only_shrinks() // RFC 8201 (4)
    {
        WrittenPacket whole = Answer(Packets.AppV6, 1452)[0];
        foreach ((int told, int expected) in new[] { (1400, 1400), (1300, 1300), (1400, 1300), (1279, 1300), (0, 1300), (1280, 1280) })
        {
            Refuse(whole, told);
            Assert.InRange(Answer(Packets.AppV6, 1452)[0].Bytes.Length, expected - 7, expected);
        }
    }

    [Fact]
    public void What_the_device_takes_anyway_is_not_remembered()
    {
        Refuse(Answer(Packets.AppV6, 65000)[0], 8499);
        Assert.Equal(long.MaxValue, _stack.Stack.NextDeadline); // the fragment itself was 8496 bytes long
        Lease[] leases = [.. Enumerable.Range(0, 7).Select(_ => _stack.Lease(new byte[8452]))];
        Assert.True(_stack.Stack.Datagrams.SendInARow(Packets.FarV6, Packets.AppV6, leases, 7 * 8452));
        foreach (Lease lease in leases)
            lease.Release();
        Refuse(_stack.Expect(), 8500);
        Assert.Equal(long.MaxValue, _stack.Stack.NextDeadline);
    }

    [Fact]
    public void Of_too_many_addresses_the_one_told_of_longest_ago_gives_way()
    {
        for (int i = 1; i <= 5; i++)
        {
            Refuse(Answer(App(i), 1452)[0], Link);
            _stack.Now++;
            if (i == 4)
                Refuse(Answer(App(1), 1452)[0], Link); // a fragment that fits: not told anew
        }
        Assert.Equal([1, 2, 2, 2, 2], Enumerable.Range(1, 5).Select(i => Answer(App(i), 1452).Count));
    }

    [Theory]
    [InlineData(SessionOwner.Nobody, 0)]
    [InlineData(SessionOwner.AnotherStack, 1)]
    public void Of_a_session_that_is_not_here_nothing_is_learnt(SessionOwner owner, int counted)
    {
        _stack.Owner = owner;
        Refuse(Answer(Packets.AppV6, 1452)[0], Link);
        Assert.Single(Answer(Packets.AppV6, 1452));
        Assert.Equal((counted, 1 - counted), (_stack.Counters.PacketsTooBig, _stack.Counters[IpDrop.IgnoredIcmp]));
    }

    [Fact]
    public void A_wrong_checksum_teaches_nothing()
    {
        byte[] error = Packets.TooBig(Answer(Packets.AppV6, 1452)[0].Bytes, Link);
        error[^1] ^= 1;
        _stack.Send(error);
        _stack.ExpectDrop(IpDrop.BadChecksum);
        Assert.Single(Answer(Packets.AppV6, 1452));
    }

    [Fact]
    public void Learning_and_forgetting_allocate_nothing()
    {
        NetworkStack stack = new QuietHost().NewStack(_stack.Pool, new IpOptions { MaxPaths = 4 });
        Lease[] errors = [.. Enumerable.Range(1, 20).Select(i => _stack.Lease(Packets.TooBig(Answer(App(i), 1452)[0].Bytes, Link)))];
        Lease answer = _stack.Lease(Packets.Text(1452));
        InetEndpoint last = App(20);
        Round(stack, errors, last, answer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Round(stack, errors, last, answer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal((11 * 20, 11 * 2), (stack.Counters.PacketsTooBig, stack.Counters.FragmentsOut));
        answer.Release();
        foreach (Lease error in errors)
            error.Release();
    }

    /// <summary>Many errors, an answer to whom the last one was about, and the time after which all is forgotten.</summary>
    private void Round(NetworkStack stack, Lease[] errors, in InetEndpoint last, in Lease answer)
    {
        foreach (ref readonly Lease error in errors.AsSpan())
            stack.Input(error, new PacketOffload(true, 0), _stack.Now);
        stack.Datagrams.SendDatagram(Packets.FarV6, last, answer);
        _stack.Now += 10 * Minute * IpFixture.Second;
        stack.Poll(_stack.Now);
        stack.Datagrams.SendDatagram(Packets.FarV6, last, answer);
    }

    private static InetEndpoint App(int number) => new(Packets.Address($"fd00::{number:x}:0"), 40000);

    private void Refuse(WrittenPacket packet, int mtu)
    {
        _stack.Send(Packets.TooBig(packet.Bytes, mtu));
        _stack.ExpectNothing();
    }

    private List<WrittenPacket> Answer(InetEndpoint app, int length)
    {
        Lease lease = _stack.Lease(Packets.Text(length));
        Assert.True(_stack.Stack.Datagrams.SendDatagram(Packets.FarV6, app, lease));
        lease.Release();
        return _stack.ExpectAll();
    }
}
