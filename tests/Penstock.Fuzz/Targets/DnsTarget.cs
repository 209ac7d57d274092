using System;
using System.Collections.Generic;
using Penstock.Wire.Dns;

namespace Penstock.Fuzz.Targets;

/// <summary>A DNS message, front to back.</summary>
public sealed class DnsTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "dns";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Covers => ["DnsHeader.TryRead", "DnsName.TryRead", "DnsReader.TryReadQuestion", "DnsReader.TryReadRecord"];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        Hex("1234 0100 0001 0000 0000 0000 03777777 076578616d706c65 03636f6d 00 0001 0001"),
        Hex("1234 8180 0001 0002 0000 0001 03777777 076578616d706c65 03636f6d 00 0001 0001 c00c 0005 0001 0000003c 0004 0161c010 c02d 0001 0001 0000003c 0004 cb007150 00 0029 04d0 0000 0000 0000"),
        Hex("1234 0100 0001 0000 0000 0000 c00c 0001 0001"),
    ];

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<byte> input)
    {
        Span<byte> names = stackalloc byte[DnsName.MaxLength];
        for (int start = 0; start < Math.Min(input.Length, 20); start += 3)
        {
            int offset = start;
            if (DnsName.TryRead(input, ref offset, names, out DnsName name))
                CheckName(name, offset, input.Length);
        }
        if (!DnsHeader.TryRead(input, out _))
            return;
        DnsReader reader = new(input, names);
        if (reader.TryReadQuestion(out DnsQuestion question))
            CheckName(question.Name, reader.Offset, input.Length);
        int before = reader.Offset;
        while (reader.TryReadRecord(out DnsRecord record))
        {
            Require(reader.Offset > before, "a record takes bytes");
            Require(record.DataOffset + record.Data.Length <= input.Length, "a record's data lies within the message");
            before = reader.Offset;
            _ = DnsEdns.From(record);
            if (DnsReverseName.TryParse(record.Name, out _))
                CheckName(record.Name, reader.Offset, input.Length);
        }
    }

    private static void CheckName(DnsName name, int offset, int length)
    {
        Require(offset <= length, "a name ends within the message");
        Require(name.Wire.Length <= DnsName.MaxLength, "a name has at most 255 bytes");
        Span<char> text = stackalloc char[4 * DnsName.MaxLength];
        name.CopyText(text);
        _ = name.IsHostName;
    }
}
