using System.Linq;
using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Wire.Checksum;
using Penstock.Wire.Ip;
using Penstock.Wire.Udp;
using Xunit;

namespace Penstock.Stack.Tests.Ip;

public class DatagramOutputTests
{
    public static TheoryData<bool, int, int> Sizes()
    {
        var sizes = new TheoryData<bool, int, int>();
        foreach (int mtu in new[] { 1280, 1500, 8500 })
        {
            foreach (int length in new[] { 0, 1, 1452, 1472, 1473, 1491, 8192, 20000, 65497, 65507 })
            {
                sizes.Add(false, mtu, length);
                sizes.Add(true, mtu, length);
            }
        }
        return sizes;
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_datagram_of_any_size_arrives_whole(bool isV6, int mtu, int length)
    {
        var stack = new IpFixture(mtu: mtu);
        var app = new IpFixture();
        byte[] payload = Packets.Text(length);
        (InetEndpoint source, InetEndpoint destination) = Ends(isV6);
        var lease = stack.Lease(payload);
        Assert.True(stack.Stack.Datagrams.SendDatagram(source, destination, lease));
        lease.Release();
        foreach (WrittenPacket packet in stack.ExpectAll())
        {
            Assert.True(packet.Bytes.Length <= mtu);
            app.Send(packet.Bytes); // checksums verified
        }
        var datagram = app.ExpectDatagram();
        Assert.Equal(new FlowKey(source, destination), datagram.Flow);
        Assert.Equal(payload, datagram.Payload);
        Assert.Equal((0, 0), (stack.Pool.InUse, app.Pool.InUse));
        Assert.Equal(1, stack.Counters.DatagramsOut);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_device_completes_the_checksum_of_a_whole_datagram_only(bool isV6)
    {
        var stack = new IpFixture(checksumOffload: true);
        (InetEndpoint source, InetEndpoint destination) = Ends(isV6);
        foreach (int length in new[] { 7, 3000 })
        {
            var lease = stack.Lease(Packets.Text(length));
            Assert.True(stack.Stack.Datagrams.SendDatagram(source, destination, lease));
            lease.Release();
            var packets = stack.ExpectAll();
            Assert.Equal(packets.Count == 1, packets[0].LeftChecksum);
            var app = new IpFixture();
            foreach (WrittenPacket packet in packets)
                app.Send(packet.Bytes);
            Assert.Equal(length, app.ExpectDatagram().Payload.Length);
        }
    }

    [Theory]
    [InlineData(false, 65507, true)]
    [InlineData(false, 65508, false)]
    [InlineData(true, 65527, true)]
    [InlineData(true, 65528, false)]
    public void A_datagram_beyond_udp_is_refused(bool isV6, int length, bool expected)
    {
        var stack = new IpFixture();
        (InetEndpoint source, InetEndpoint destination) = Ends(isV6);
        var lease = stack.Lease(new byte[length]);
        Assert.Equal(expected, stack.Stack.Datagrams.SendDatagram(source, destination, lease));
        Assert.Equal(expected ? 0 : 1, stack.Counters[IpDrop.TooLarge]);
        lease.Release();
    }

    [Fact]
    public void A_computed_checksum_of_zero_is_sent_as_its_other_form() // RFC 768
    {
        var stack = new IpFixture();
        (InetEndpoint source, InetEndpoint destination) = Ends(false);
        var zero = stack.Lease([0, 0]);
        stack.Stack.Datagrams.SendDatagram(source, destination, zero);
        Assert.True(UdpHeader.TryParse(stack.Expect().Transport, out UdpHeader plain));
        // With the checksum itself as data the sum becomes all ones.
        var complement = stack.Lease([(byte)(plain.Checksum >> 8), (byte)plain.Checksum]);
        stack.Stack.Datagrams.SendDatagram(source, destination, complement);
        WrittenPacket packet = stack.Expect();
        Assert.True(UdpHeader.TryParse(packet.Transport, out UdpHeader header));
        Assert.Equal(0xffff, header.Checksum);
        Assert.True(InternetChecksum.Holds(packet.Ip, packet.Transport));
        zero.Release();
        complement.Release();
    }

    [Fact]
    public void A_full_device_is_counted()
    {
        var stack = new IpFixture { IsFull = true };
        var lease = stack.Lease(new byte[3000]);
        Assert.False(stack.Stack.Datagrams.SendDatagram(Packets.FarV4, Packets.AppV4, lease));
        Assert.Equal((1, 0), (stack.Counters[IpDrop.DeviceFull], stack.Counters.DatagramsOut));
        lease.Release();
    }

    [Fact]
    public void Ends_of_two_families_are_refused()
    {
        var stack = new IpFixture();
        var lease = stack.Lease([1]);
        Assert.False(stack.Stack.Datagrams.SendDatagram(Packets.FarV6, Packets.AppV4, lease));
        stack.ExpectNothing();
        lease.Release();
    }

    [Theory]
    [InlineData(false, 1472)]
    [InlineData(true, 1452)]
    public void Datagrams_in_a_row_are_one_super_packet(bool isV6, int size)
    {
        var stack = new IpFixture(checksumOffload: true, segmentUdp: true);
        (InetEndpoint source, InetEndpoint destination) = Ends(isV6);
        byte[][] payloads = [Packets.Text(size), Packets.Text(size), Packets.Text(5)];
        Lease[] leases = [.. payloads.Select(stack.Lease)];
        Assert.True(stack.Stack.Datagrams.CanSendInARow(destination.Address, size, 2 * size + 5));
        Assert.True(stack.Stack.Datagrams.SendInARow(source, destination, leases, 2 * size + 5));
        WrittenPacket packet = stack.Expect();
        Assert.Equal((true, 3, size), (packet.LeftChecksum, packet.Pieces, packet.SegmentSize));
        var app = new IpFixture();
        app.Send(packet.Bytes, segmentSize: size); // checksums verified
        var datagram = app.ExpectDatagram();
        Assert.Equal(new FlowKey(source, destination), datagram.Flow);
        Assert.Equal(payloads.SelectMany(payload => payload), datagram.Payload);
        Assert.Equal(3, stack.Counters.DatagramsOut);
        foreach (Lease lease in leases)
            lease.Release();
    }

    [Theory]
    [InlineData(true, true, false, 1472, 3000, true)]
    [InlineData(true, true, false, 1473, 3000, false)] // a segment would exceed the MTU
    [InlineData(true, true, true, 1452, 65487, true)]
    [InlineData(true, true, true, 1452, 65488, false)] // so would the super-packet exceed its length field
    [InlineData(true, false, false, 1472, 3000, false)]
    [InlineData(false, true, false, 1472, 3000, false)]
    [InlineData(true, true, false, 0, 0, false)]
    public void A_row_needs_the_device_and_room(bool checksum, bool segment, bool isV6, int size, int bytes, bool expected) =>
        Assert.Equal(
            expected,
            new IpFixture(checksumOffload: checksum, segmentUdp: segment).Stack.Datagrams.CanSendInARow(
                Ends(isV6).Destination.Address, size, bytes));

    private static (InetEndpoint Source, InetEndpoint Destination) Ends(bool isV6) =>
        isV6 ? (Packets.FarV6, Packets.AppV6) : (Packets.FarV4, Packets.AppV4);
}
