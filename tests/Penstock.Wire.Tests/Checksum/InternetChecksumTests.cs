using System;
using Penstock.Wire.Checksum;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Wire.Tests.Checksum;

public class InternetChecksumTests
{
    // RFC 1071 (4.1), word by word.
    private static ushort ByTheBook(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (ushort)sum;
    }

    [Fact]
    public void The_example_of_rfc_1071_holds() =>
        Assert.Equal(0xddf2, InternetChecksum.Fold(InternetChecksum.Add(0, [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])));

    [Fact]
    public void It_agrees_with_the_book_for_every_length_and_alignment()
    {
        byte[] bytes = new byte[700];
        new Random(7).NextBytes(bytes);
        for (int start = 0; start < 9; start++)
        {
            for (int length = 0; length < 600; length++)
            {
                ReadOnlySpan<byte> part = bytes.AsSpan(start, length);
                ushort fast = InternetChecksum.Fold(InternetChecksum.Add(0, part));
                Assert.True(ByTheBook(part) == fast, $"{length} bytes from {start}: {fast:x4}");
            }
        }
    }

    [Fact]
    public void No_carry_is_lost_over_a_packet_of_ones()
    {
        byte[] bytes = new byte[65535];
        Array.Fill(bytes, (byte)0xff);
        Assert.Equal(ByTheBook(bytes), InternetChecksum.Fold(InternetChecksum.Add(0, bytes)));
    }

    [Fact]
    public void Pieces_sum_like_the_whole_when_odd_ones_are_swapped()
    {
        byte[] bytes = new byte[301];
        new Random(8).NextBytes(bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            ulong tail = InternetChecksum.Add(0, bytes.AsSpan(cut));
            ulong sum = InternetChecksum.Add(0, bytes.AsSpan(0, cut)) + ((cut & 1) != 0 ? InternetChecksum.Swap(tail) : tail);
            Assert.Equal(ByTheBook(bytes), InternetChecksum.Fold(sum));
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "10.0.0.2")]
    [InlineData("2001:db8::1", "fd00::2")]
    public void A_segment_with_its_sum_filled_in_holds_and_with_a_flipped_bit_does_not(string from, string to)
    {
        Assert.True(InetAddress.TryParse(from, out InetAddress source));
        Assert.True(InetAddress.TryParse(to, out InetAddress destination));
        byte[] transport = new byte[101];
        new Random(9).NextBytes(transport);
        transport[16] = transport[17] = 0;
        var ip = new IpPacket { Source = source, Destination = destination, Protocol = IpProtocol.Tcp };
        ushort sum = InternetChecksum.Finish(
            InternetChecksum.Add(InternetChecksum.PseudoHeader(source, destination, IpProtocol.Tcp, transport.Length), transport));
        transport[16] = (byte)(sum >> 8);
        transport[17] = (byte)sum;
        Assert.True(InternetChecksum.Holds(ip, transport));
        transport[50] ^= 4;
        Assert.False(InternetChecksum.Holds(ip, transport));
    }
}
