using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Penstock.Wire.Ip;

namespace Penstock.Simulation.Peer;

/// <summary>A TCP packet as the model reads and writes it, by code of its own: it shares no header code with the stack.</summary>
public sealed class ModelPacket
{
    /// <summary>From.</summary>
    public InetEndpoint Source { get; set; }

    /// <summary>To.</summary>
    public InetEndpoint Destination { get; set; }

    /// <summary>Sequence number.</summary>
    public uint Seq { get; set; }

    /// <summary>Acknowledgment number.</summary>
    public uint Ack { get; set; }

    /// <summary>Control bits.</summary>
    public Bits Bits { get; set; }

    /// <summary>Window field, not scaled.</summary>
    public ushort Window { get; set; }

    /// <summary>MSS option; 0 for none.</summary>
    public int Mss { get; set; }

    /// <summary>Window scale option; -1 for none.</summary>
    public int Scale { get; set; } = -1;

    /// <summary>SACK permitted option.</summary>
    public bool SackPermitted { get; set; }

    /// <summary>Timestamps option.</summary>
    public (uint Value, uint Echo)? Timestamps { get; set; }

    /// <summary>SACK blocks.</summary>
    public List<(uint Left, uint Right)> Sack { get; } = [];

    /// <summary>The text.</summary>
    public byte[] Text { get; set; } = [];

    /// <summary>Text of a segment when this is a super-packet; 0 when it is not.</summary>
    public int SegmentSize { get; set; }

    /// <summary>Sequence numbers that it takes.</summary>
    public int Length => Text.Length + (Has(Bits.Syn) ? 1 : 0) + (Has(Bits.Fin) ? 1 : 0);

    /// <summary>True when all bits are set.</summary>
    public bool Has(Bits bits) => (Bits & bits) == bits;

    /// <summary>A copy that may be changed.</summary>
    public ModelPacket Copy()
    {
        ModelPacket copy = new()
        {
            Source = Source,
            Destination = Destination,
            Seq = Seq,
            Ack = Ack,
            Bits = Bits,
            Window = Window,
            Mss = Mss,
            Scale = Scale,
            SackPermitted = SackPermitted,
            Timestamps = Timestamps,
            Text = Text,
            SegmentSize = SegmentSize,
        };
        copy.Sack.AddRange(Sack);
        return copy;
    }

    /// <summary>The packet as bytes, with checksums.</summary>
    public byte[] Write()
    {
        List<byte> options = [];
        if (Mss > 0)
            options.AddRange([2, 4, (byte)(Mss >> 8), (byte)Mss]);
        if (Scale >= 0)
            options.AddRange([3, 3, (byte)Scale, 1]);
        if (SackPermitted)
            options.AddRange([4, 2]);
        if (Timestamps is { } stamps)
        {
            options.AddRange([8, 10]);
            Append(options, stamps.Value);
            Append(options, stamps.Echo);
        }
        if (Sack.Count > 0)
        {
            options.AddRange([5, (byte)(2 + 8 * Sack.Count)]);
            foreach ((uint left, uint right) in Sack)
            {
                Append(options, left);
                Append(options, right);
            }
        }
        while (options.Count % 4 != 0)
            options.Add(0);

        bool isV6 = Source.Address.IsV6;
        int ip = isV6 ? 40 : 20;
        int tcp = 20 + options.Count;
        byte[] bytes = new byte[ip + tcp + Text.Length];
        Span<byte> h = bytes.AsSpan(ip);
        BinaryPrimitives.WriteUInt16BigEndian(h, Source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(h[2..], Destination.Port);
        BinaryPrimitives.WriteUInt32BigEndian(h[4..], Seq);
        BinaryPrimitives.WriteUInt32BigEndian(h[8..], Ack);
        h[12] = (byte)(tcp / 4 << 4);
        h[13] = (byte)Bits;
        BinaryPrimitives.WriteUInt16BigEndian(h[14..], Window);
        options.CopyTo(bytes, ip + 20);
        Text.CopyTo(bytes.AsSpan(ip + tcp));
        if (isV6)
            WriteIpv6(bytes, tcp + Text.Length);
        else
            WriteIpv4(bytes);
        ushort sum = Checksum.Transport(bytes, ip, 6);
        BinaryPrimitives.WriteUInt16BigEndian(h[16..], sum);
        return bytes;
    }

    /// <summary>Reads a packet; null, and why, when it is not a well-formed TCP packet with right checksums.</summary>
    /// <param name="bytes">From the IP header on.</param>
    /// <param name="fault">Why it is not one.</param>
    /// <param name="mayBeBig">It may be longer than its IP header can say, as Linux reads such packets of a device.</param>
    public static ModelPacket? Read(ReadOnlySpan<byte> bytes, out string? fault, bool mayBeBig = false)
    {
        fault = null;
        bool isV6 = bytes.Length > 0 && bytes[0] >> 4 == 6;
        // IPv6 counts without its own header: what is a little longer than 65535 bytes may be an ordinary packet.
        bool isBig = mayBeBig && bytes.Length > (isV6 ? 40 + 65535 : 65535);
        int ip = isV6 ? isBig ? 48 : 40 : 20;
        if (bytes.Length < ip + 20)
            return Fail("shorter than its headers", out fault);
        int length = isV6 ? 40 + BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (isBig && length == (isV6 ? 40 : 0))
            length = isV6 ? ReadJumbo(bytes) : bytes.Length;
        if (length != bytes.Length)
            return Fail($"{bytes.Length} bytes, the IP header says {length}", out fault);
        if (!isV6 && (bytes[0] != 0x45 || Checksum.Fold(Checksum.Sum(bytes[..20], 0)) != 0xffff))
            return Fail("bad IPv4 header or checksum", out fault);
        if (bytes[isV6 ? isBig ? 40 : 6 : 9] != 6)
            return Fail("not TCP", out fault);
        ReadOnlySpan<byte> h = bytes[ip..];
        int tcp = h[12] >> 4 << 2;
        if (tcp < 20 || tcp > h.Length)
            return Fail("bad data offset", out fault);
        if (!Checksum.TransportHolds(bytes, ip, 6))
            return Fail("bad TCP checksum", out fault);
        int a = isV6 ? 8 : 12;
        int n = isV6 ? 16 : 4;
        ModelPacket packet = new()
        {
            Source = new(InetAddress.Read(bytes.Slice(a, n)), BinaryPrimitives.ReadUInt16BigEndian(h)),
            Destination = new(InetAddress.Read(bytes.Slice(a + n, n)), BinaryPrimitives.ReadUInt16BigEndian(h[2..])),
            Seq = BinaryPrimitives.ReadUInt32BigEndian(h[4..]),
            Ack = BinaryPrimitives.ReadUInt32BigEndian(h[8..]),
            Bits = (Bits)h[13],
            Window = BinaryPrimitives.ReadUInt16BigEndian(h[14..]),
            Text = h[tcp..].ToArray(),
        };
        return packet.ReadOptions(h[20..tcp]) ? packet : Fail("bad options", out fault);
    }

    /// <summary>One line for a trace.</summary>
    public override string ToString()
    {
        StringBuilder line = new($"{Source.Port}>{Destination.Port} {Bits} seq {Seq} ack {Ack} win {Window}");
        if (Text.Length > 0)
            line.Append(" text ").Append(Text.Length);
        if (SegmentSize > 0)
            line.Append(" in segments of ").Append(SegmentSize);
        if (Mss > 0)
            line.Append(" mss ").Append(Mss);
        if (Scale >= 0)
            line.Append(" scale ").Append(Scale);
        if (SackPermitted)
            line.Append(" sackOK");
        if (Timestamps is { } stamps)
            line.Append(" ts ").Append(stamps.Value).Append('/').Append(stamps.Echo);
        foreach ((uint left, uint right) in Sack)
            line.Append(" sack ").Append(left).Append('-').Append(right);
        return line.ToString();
    }

    // RFC 2675 (2): the only option of a hop-by-hop header.
    private static int ReadJumbo(ReadOnlySpan<byte> bytes)
    {
        bool isJumbo = bytes[6] == 0 && bytes[41] == 0 && bytes[42] == 0xc2 && bytes[43] == 4;
        return isJumbo ? 40 + BinaryPrimitives.ReadInt32BigEndian(bytes[44..]) : -1;
    }

    private bool ReadOptions(ReadOnlySpan<byte> o)
    {
        while (o.Length > 0 && o[0] != 0)
        {
            if (o[0] == 1)
            {
                o = o[1..];
                continue;
            }
            if (o.Length < 2 || o[1] < 2 || o[1] > o.Length)
                return false;
            ReadOption(o[0], o[2..o[1]]);
            o = o[o[1]..];
        }
        return true;
    }

    private void ReadOption(byte kind, ReadOnlySpan<byte> value)
    {
        switch (kind)
        {
            case 2 when value.Length == 2:
                Mss = BinaryPrimitives.ReadUInt16BigEndian(value);
                break;
            case 3 when value.Length == 1:
                Scale = value[0];
                break;
            case 4:
                SackPermitted = true;
                break;
            case 5:
                for (; value.Length >= 8; value = value[8..])
                    Sack.Add((BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[4..])));
                break;
            case 8 when value.Length == 8:
                Timestamps = (BinaryPrimitives.ReadUInt32BigEndian(value), BinaryPrimitives.ReadUInt32BigEndian(value[4..]));
                break;
        }
    }

    private void WriteIpv4(Span<byte> b)
    {
        b[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(b[2..], (ushort)b.Length);
        b[6] = 0x40;
        b[8] = 64;
        b[9] = 6;
        Source.Address.Write(b[12..]);
        Destination.Address.Write(b[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(b[10..], (ushort)~Checksum.Fold(Checksum.Sum(b[..20], 0)));
    }

    private void WriteIpv6(Span<byte> b, int payload)
    {
        b[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(b[4..], (ushort)payload);
        b[6] = 6;
        b[7] = 64;
        Source.Address.Write(b[8..]);
        Destination.Address.Write(b[24..]);
    }

    private static void Append(List<byte> list, uint value) =>
        list.AddRange([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);

    private static ModelPacket? Fail(string why, out string? fault)
    {
        fault = why;
        return null;
    }
}
