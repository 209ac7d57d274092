namespace Penstock.Stack;

/// <summary>What the device said about a packet that was read (the virtio header's meaning, without its bytes).</summary>
/// <param name="ChecksumTrusted">
/// The sender's checksums need no check: the packet came from the local kernel and never crossed a wire, or the device
/// has verified it. The transport checksum field itself may hold only the pseudo-header's sum.
/// </param>
/// <param name="SegmentSize">Payload bytes of each segment that this super-packet stands for; 0 for a plain packet.</param>
public readonly record struct PacketOffload(bool ChecksumTrusted, int SegmentSize);
