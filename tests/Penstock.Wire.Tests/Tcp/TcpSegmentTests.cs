using System;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Wire.Tests.Tcp;

public class TcpSegmentTests
{
    private static byte[] With(params byte[] options)
    {
        int padded = (options.Length + 3) / 4 * 4;
        byte[] segment = new byte[20 + padded + 7];
        segment[12] = (byte)((20 + padded) / 4 << 4);
        segment[13] = (byte)TcpFlags.Ack;
        options.CopyTo(segment, 20);
        return segment;
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        TcpSegment written = default;
        written.SourcePort = 4711;
        written.DestinationPort = 443;
        written.Seq = new(0xdead_beef);
        written.Ack = new(0x0bad_cafe);
        written.Flags = TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Ece;
        written.Window = 12345;
        written.Options = TcpOptionList.None;
        written.Options.HasTimestamps = true;
        written.Options.TsVal = 77;
        written.Options.TsEcr = 88;
        written.Options.Sack.Add(new(new(1), new(2)));
        written.Options.Sack.Add(new(new(3), new(4)));
        byte[] bytes = new byte[TcpWriter.LongestHeader + 9];
        int length = TcpWriter.Write(bytes, written);
        Assert.Equal(TcpWriter.HeaderLength(written.Options), length);

        Assert.True(TcpSegment.TryParse(bytes.AsSpan(0, length + 9), out TcpSegment read));
        Assert.Equal(4711, read.SourcePort);
        Assert.Equal(443, read.DestinationPort);
        Assert.Equal(written.Seq, read.Seq);
        Assert.Equal(written.Ack, read.Ack);
        Assert.Equal(written.Flags, read.Flags);
        Assert.Equal(12345, read.Window);
        Assert.Equal(9, read.TextLength);
        Assert.True(read.Options.HasTimestamps);
        Assert.Equal(77u, read.Options.TsVal);
        Assert.Equal(88u, read.Options.TsEcr);
        Assert.Equal(2, read.Options.Sack.Count);
        Assert.Equal(new SackBlock(new(3), new(4)), read.Options.Sack[1]);
    }

    [Theory]
    [InlineData(false, false, false, 4)]
    [InlineData(true, false, false, 3)]
    [InlineData(true, true, true, 2)]
    public void Blocks_that_do_not_fit_are_left_out_and_the_header_never_exceeds_sixty_bytes(bool timestamps, bool mss, bool scale, int most)
    {
        TcpSegment seg = default;
        seg.Options = TcpOptionList.None;
        seg.Options.HasTimestamps = timestamps;
        if (mss)
            seg.Options.Mss = 1460;
        if (scale)
            seg.Options.WindowScale = 7;
        for (uint i = 0; i < 4; i++)
            seg.Options.Sack.Add(new(new(i), new(i + 1)));
        byte[] bytes = new byte[60];
        int length = TcpWriter.Write(bytes, seg);
        Assert.Equal(TcpWriter.HeaderLength(seg.Options), length);
        Assert.True(TcpSegment.TryParse(bytes.AsSpan(0, length), out TcpSegment read));
        Assert.Equal(most, read.Options.Sack.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_options_of_a_syn_are_read_back(bool timestamps)
    {
        TcpSegment seg = default;
        seg.Flags = TcpFlags.Syn;
        seg.Options.Mss = 8960;
        seg.Options.WindowScale = 9;
        seg.Options.SackPermitted = true;
        seg.Options.HasTimestamps = timestamps;
        byte[] bytes = new byte[60];
        int length = TcpWriter.Write(bytes, seg);
        Assert.Equal(0, length % 4);
        Assert.Equal(TcpWriter.HeaderLength(seg.Options), length);
        Assert.True(TcpSegment.TryParse(bytes.AsSpan(0, length), out TcpSegment read));
        Assert.Equal(8960, read.Options.Mss);
        Assert.Equal(9, read.Options.WindowScale);
        Assert.True(read.Options.SackPermitted);
        Assert.Equal(timestamps, read.Options.HasTimestamps);
        Assert.Equal(1, read.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    public void A_cut_header_is_refused(int length) => Assert.False(TcpSegment.TryParse(With()[..length], out _));

    [Theory]
    [InlineData(0x40)]
    [InlineData(0xf0)]
    public void A_data_offset_outside_the_segment_is_refused(byte offset)
    {
        byte[] segment = With();
        segment[12] = offset;
        Assert.False(TcpSegment.TryParse(segment, out _));
    }

    [Theory]
    [InlineData(new byte[] { 8 })]
    [InlineData(new byte[] { 8, 0, 1, 1 })]
    [InlineData(new byte[] { 8, 1, 1, 1 })]
    [InlineData(new byte[] { 8, 40, 1, 1 })]
    [InlineData(new byte[] { 2, 3, 9, 0 })]
    [InlineData(new byte[] { 5, 9, 1, 2, 3, 4, 5, 6, 7 })]
    [InlineData(new byte[] { 1, 1, 1, 8 })]
    [InlineData(new byte[] { 0, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0 })]
    [InlineData(new byte[] { 200, 4, 1, 2 })]
    public void Malformed_and_unknown_options_are_stepped_over(byte[] options)
    {
        Assert.True(TcpSegment.TryParse(With(options), out TcpSegment seg));
        Assert.False(seg.Options.HasTimestamps);
        Assert.Equal(0, seg.Options.Mss);
        Assert.Equal(0, seg.Options.Sack.Count);
        Assert.Equal(-1, seg.Options.WindowScale);
        Assert.Equal(7, seg.TextLength);
    }

    [Fact]
    public void Options_before_a_malformed_one_count()
    {
        Assert.True(TcpSegment.TryParse(With(2, 4, 5, 0xb4, 8, 99), out TcpSegment seg));
        Assert.Equal(1460, seg.Options.Mss);
    }

    [Fact]
    public void Random_bytes_never_fault()
    {
        var random = new Random(3);
        byte[] bytes = new byte[80];
        for (int i = 0; i < 50_000; i++)
        {
            random.NextBytes(bytes);
            if (TcpSegment.TryParse(bytes.AsSpan(0, random.Next(bytes.Length)), out TcpSegment seg))
                Assert.InRange(seg.Options.Sack.Count, 0, 4);
        }
    }
}
