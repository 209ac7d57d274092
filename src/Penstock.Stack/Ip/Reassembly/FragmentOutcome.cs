namespace Penstock.Stack.Ip.Reassembly;

/// <summary>What a fragment did to its datagram.</summary>
internal enum FragmentOutcome
{
    /// <summary>Kept; others are missing.</summary>
    Kept,

    /// <summary>The datagram is whole.</summary>
    Complete,

    /// <summary>The same fragment had come before.</summary>
    Duplicate,

    /// <summary>It overlaps another: the datagram is given up, with what is still to come (RFC 5722).</summary>
    Overlap,

    /// <summary>It contradicts the others about the length, or there are too many: given up likewise.</summary>
    Bad,

    /// <summary>There was no memory for it; the datagram is given up.</summary>
    NoMemory,
}
