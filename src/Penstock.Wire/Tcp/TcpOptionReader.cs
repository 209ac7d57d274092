using System;
using System.Buffers.Binary;

namespace Penstock.Wire.Tcp;

/// <summary>Reads the options field: kind, length, value, one after another, RFC 9293 (3.2).</summary>
internal static class TcpOptionReader
{
    // What the local kernel sends on every segment: two no-operations, then timestamps (8, 10).
    private const uint PaddedTimestamps = 0x0101_080a;

    internal static void Read(ReadOnlySpan<byte> options, ref TcpOptionList list)
    {
        list.WindowScale = -1;
        if (options.Length == 12 && BinaryPrimitives.ReadUInt32BigEndian(options) == PaddedTimestamps)
            ReadTimestamps(options[4..], ref list);
        else if (!options.IsEmpty)
            Walk(options, ref list);
    }

    private static void Walk(ReadOnlySpan<byte> options, ref TcpOptionList list)
    {
        while (!options.IsEmpty)
        {
            var kind = (TcpOptionKind)options[0];
            if (kind == TcpOptionKind.End)
                return;
            if (kind == TcpOptionKind.NoOperation)
            {
                options = options[1..];
                continue;
            }
            if (options.Length < 2 || options[1] < 2 || options[1] > options.Length)
                return;
            ReadOne(kind, options[2..options[1]], ref list);
            options = options[options[1]..];
        }
    }

    private static void ReadOne(TcpOptionKind kind, ReadOnlySpan<byte> value, ref TcpOptionList list)
    {
        switch (kind)
        {
            case TcpOptionKind.Mss when value.Length == 2:
                list.Mss = BinaryPrimitives.ReadUInt16BigEndian(value);
                break;
            case TcpOptionKind.WindowScale when value.Length == 1:
                list.WindowScale = value[0];
                break;
            case TcpOptionKind.SackPermitted when value.IsEmpty:
                list.SackPermitted = true;
                break;
            case TcpOptionKind.Timestamps when value.Length == 8:
                ReadTimestamps(value, ref list);
                break;
            case TcpOptionKind.Sack when value.Length % 8 == 0:
                for (; !value.IsEmpty; value = value[8..])
                {
                    list.Sack.Add(new(
                        new(BinaryPrimitives.ReadUInt32BigEndian(value)),
                        new(BinaryPrimitives.ReadUInt32BigEndian(value[4..]))));
                }
                break;
        }
    }

    private static void ReadTimestamps(ReadOnlySpan<byte> value, ref TcpOptionList list)
    {
        list.HasTimestamps = true;
        list.TsVal = BinaryPrimitives.ReadUInt32BigEndian(value);
        list.TsEcr = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
    }
}
