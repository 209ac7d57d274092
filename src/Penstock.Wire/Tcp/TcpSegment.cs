using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Tcp;

/// <summary>What a TCP header says, RFC 9293 (3.1); the text stays where it lies.</summary>
/// <remarks>
/// <code>
///   +-------------------------------+-------------------------------+
///   |          Source port          |       Destination port        |
///   +-------------------------------+-------------------------------+
///   |                        Sequence number                        |
///   +---------------------------------------------------------------+
///   |                     Acknowledgment number                     |
///   +-------+-------+-+-+-+-+-+-+-+-+-------------------------------+
///   |Offset |  Rsv  |C E U A P R S F|            Window             |
///   +-------+-------+---------------+-------------------------------+
///   |           Checksum            |        Urgent pointer         |
///   +-------------------------------+-------------------------------+
///   |                    Options (Offset - 5 words)                 |
///   +---------------------------------------------------------------+
/// </code>
/// Names follow the RFC's SEG.SEQ, SEG.ACK, SEG.LEN, SEG.WND. The urgent pointer is not read.
/// </remarks>
public struct TcpSegment
{
    /// <summary>Bytes without options.</summary>
    public const int MinimumHeader = 20;

    /// <summary>Where the checksum lies within the header.</summary>
    public const int ChecksumOffset = 16;

    /// <summary>Source port.</summary>
    public ushort SourcePort { get; set; }

    /// <summary>Destination port.</summary>
    public ushort DestinationPort { get; set; }

    /// <summary>SEG.SEQ.</summary>
    public SeqNumber Seq { get; set; }

    /// <summary>SEG.ACK; meaningful with <see cref="TcpFlags.Ack"/>.</summary>
    public SeqNumber Ack { get; set; }

    /// <summary>Control bits.</summary>
    public TcpFlags Flags { get; set; }

    /// <summary>SEG.WND as it stands in the header, not scaled.</summary>
    public ushort Window { get; set; }

    /// <summary>Bytes of header: where the text starts.</summary>
    public int HeaderLength { get; set; }

    /// <summary>Bytes of text.</summary>
    public int TextLength { get; set; }

    /// <summary>The options.</summary>
    public TcpOptionList Options;

    /// <summary>SEG.LEN: text, and one each for SYN and FIN.</summary>
    public readonly int Length => TextLength + (Has(TcpFlags.Syn) ? 1 : 0) + (Has(TcpFlags.Fin) ? 1 : 0);

    /// <summary>True when all of the given bits are set.</summary>
    public readonly bool Has(TcpFlags flags) => (Flags & flags) == flags;

    /// <summary>Reads a segment; false when it is malformed or truncated and must be dropped.</summary>
    /// <param name="transport">The whole payload of the IP packet.</param>
    /// <param name="segment">What the header says.</param>
    /// <remarks>Malformed options after well-formed ones are ignored, as deployed stacks do; they never fault.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> transport, out TcpSegment segment)
    {
        segment = default;
        if (transport.Length < MinimumHeader)
            return false;
        int header = transport[12] >> 4 << 2;
        if (header < MinimumHeader || header > transport.Length)
            return false;
        segment.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(transport);
        segment.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(transport[2..]);
        segment.Seq = new(BinaryPrimitives.ReadUInt32BigEndian(transport[4..]));
        segment.Ack = new(BinaryPrimitives.ReadUInt32BigEndian(transport[8..]));
        segment.Flags = (TcpFlags)transport[13];
        segment.Window = BinaryPrimitives.ReadUInt16BigEndian(transport[14..]);
        segment.HeaderLength = header;
        segment.TextLength = transport.Length - header;
        TcpOptionReader.Read(transport[MinimumHeader..header], ref segment.Options);
        return true;
    }
}
