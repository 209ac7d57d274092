namespace Penstock.Wire.Tcp;

/// <summary>A range that has arrived out of order, RFC 2018 (3): from Left up to, not including, Right.</summary>
public readonly record struct SackBlock(SeqNumber Left, SeqNumber Right)
{
    /// <summary>Bytes in the range; not positive for a malformed block.</summary>
    public int Length => Right - Left;
}
