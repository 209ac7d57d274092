using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Tcp;

/// <summary>Writes TCP headers.</summary>
public static class TcpWriter
{
    /// <summary>The longest header: 15 words.</summary>
    public const int LongestHeader = 60;

    /// <summary>Writes header and options, padded to whole words; the checksum field is left 0.</summary>
    /// <param name="destination">At least <see cref="LongestHeader"/> bytes.</param>
    /// <param name="segment">Ports, numbers, flags, window and options; its lengths are not read.</param>
    /// <returns>Bytes of header written.</returns>
    /// <remarks>SACK blocks that do not fit behind the other options are left out.</remarks>
    public static int Write(Span<byte> destination, in TcpSegment segment)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, segment.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], segment.DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], segment.Seq.Value);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], segment.Has(TcpFlags.Ack) ? segment.Ack.Value : 0);
        int header = TcpSegment.MinimumHeader + WriteOptions(destination[TcpSegment.MinimumHeader..], segment.Options);
        destination[12] = (byte)(header << 2);
        destination[13] = (byte)segment.Flags;
        BinaryPrimitives.WriteUInt16BigEndian(destination[14..], segment.Window);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], 0); // checksum and urgent pointer
        return header;
    }

    /// <summary>Header bytes that <see cref="Write"/> will produce for these options.</summary>
    public static int HeaderLength(in TcpOptionList options)
    {
        int length = (options.Mss != 0 ? 4 : 0) + (options.HasTimestamps ? 12 : 0) + (options.WindowScale >= 0 ? 4 : 0)
            + (options.SackPermitted && !options.HasTimestamps ? 4 : 0);
        int blocks = Math.Min(options.Sack.Count, (40 - length - 4) / 8);
        return TcpSegment.MinimumHeader + length + (blocks > 0 ? 4 + 8 * blocks : 0);
    }

    private static int WriteOptions(Span<byte> o, in TcpOptionList options)
    {
        int at = 0;
        if (options.Mss != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(o, 0x0204_0000u | options.Mss);
            at += 4;
        }
        if (options.SackPermitted)
        {
            // Takes the place of the two no-operations in front of the timestamps when both are sent.
            BinaryPrimitives.WriteUInt16BigEndian(o[at..], 0x0402);
            at += 2;
        }
        if (options.HasTimestamps)
        {
            if (!options.SackPermitted)
            {
                BinaryPrimitives.WriteUInt16BigEndian(o[at..], 0x0101);
                at += 2;
            }
            BinaryPrimitives.WriteUInt16BigEndian(o[at..], 0x080a);
            BinaryPrimitives.WriteUInt32BigEndian(o[(at + 2)..], options.TsVal);
            BinaryPrimitives.WriteUInt32BigEndian(o[(at + 6)..], options.TsEcr);
            at += 10;
        }
        else if (options.SackPermitted)
        {
            BinaryPrimitives.WriteUInt16BigEndian(o[at..], 0x0101);
            at += 2;
        }
        if (options.WindowScale >= 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(o[at..], 0x0103_0300u | (byte)options.WindowScale);
            at += 4;
        }
        int blocks = Math.Min(options.Sack.Count, (40 - at - 4) / 8);
        if (blocks > 0)
            at += WriteSack(o[at..], options.Sack, blocks);
        return at;
    }

    private static int WriteSack(Span<byte> o, in SackBlocks sack, int blocks)
    {
        BinaryPrimitives.WriteUInt32BigEndian(o, 0x0101_0502u + (uint)(8 * blocks));
        for (int i = 0; i < blocks; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(o[(4 + 8 * i)..], sack[i].Left.Value);
            BinaryPrimitives.WriteUInt32BigEndian(o[(8 + 8 * i)..], sack[i].Right.Value);
        }
        return 4 + 8 * blocks;
    }
}
