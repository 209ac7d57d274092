namespace Penstock.HyperAmp.Ring;

/// <summary>A ring's dimensions, read and checked once at attach and never again taken from the page.</summary>
/// <param name="Capacity">Indices; one less is the most messages that can wait.</param>
/// <param name="BlockSize">Bytes per message with its header; always 4096.</param>
public readonly record struct RingGeometry(int Capacity, int BlockSize)
{
    /// <summary>The only block size that peers use.</summary>
    public const int StandardBlockSize = 4096;

    /// <summary>Longest payload of one message.</summary>
    public int MaxPayload => BlockSize - MessageHeader.Size;

    /// <summary>Data bytes that the blocks reach over: block 0, which is never used, and one block per index.</summary>
    public long DataSize => (Capacity + 1L) * BlockSize;

    /// <summary>True when a data area of this size holds every block that an index can name.</summary>
    public bool FitsIn(long dataSize) => Capacity >= 2 && BlockSize == StandardBlockSize && DataSize <= dataSize;
}
