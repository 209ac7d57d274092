using System;
using System.Runtime.CompilerServices;

namespace Penstock.Wire.Tcp;

/// <summary>Up to four SACK blocks, the most that fit in 40 bytes of options.</summary>
public struct SackBlocks
{
    /// <summary>The most blocks that a segment carries.</summary>
    public const int Most = 4;

    private Blocks _blocks;

    /// <summary>Blocks present, 0 to 4.</summary>
    public int Count { get; private set; }

    /// <summary>A block by position, the most recent first.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such block.</exception>
    public readonly SackBlock this[int index] =>
        (uint)index < (uint)Count ? _blocks[index] : throw new IndexOutOfRangeException();

    /// <summary>Adds a block; false when there are four already.</summary>
    public bool Add(SackBlock block)
    {
        if (Count == Most)
            return false;
        _blocks[Count++] = block;
        return true;
    }

    [InlineArray(Most)]
    private struct Blocks
    {
        private SackBlock _first;
    }
}
