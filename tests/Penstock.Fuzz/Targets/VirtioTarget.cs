using System;
using System.Collections.Generic;
using Penstock.Wire.Virtio;

namespace Penstock.Fuzz.Targets;

/// <summary>The header that the device puts before a packet.</summary>
public sealed class VirtioTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "virtio";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Covers => ["VirtioHeader.TryRead"];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Corpus { get; } = [Hex("0101 3600 a805 2200 1000 4500"), Hex("0000 0000 0000 0000 0000")];

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<byte> input)
    {
        if (!VirtioHeader.TryRead(input, out VirtioHeader header))
            return;
        Span<byte> again = stackalloc byte[VirtioHeader.Size];
        header.Write(again);
        Require(VirtioHeader.TryRead(again, out VirtioHeader same) && same == header, "what was read is what was written");
        Require(header.SegmentSize >= 0, "a segment size is not negative");
    }
}
