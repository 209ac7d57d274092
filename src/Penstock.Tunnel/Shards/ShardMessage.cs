using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Shards;

/// <summary>What crosses from one thread to a shard.</summary>
internal readonly struct ShardMessage
{
    /// <summary>What is meant.</summary>
    public enum Kind : byte
    {
        /// <summary>A packet of a flow that the receiver owns; the lease is the receiver's.</summary>
        Packet,

        /// <summary>What was waited for is known: go on.</summary>
        Continue,

        /// <summary>End the least recently active session, to keep a limit.</summary>
        Evict,

        /// <summary>End everything and return.</summary>
        Stop,
    }

    private ShardMessage(Kind what, Lease lease, PacketOffload offload, IResumable? resumed)
    {
        What = what;
        Packet = lease;
        Offload = offload;
        Resumed = resumed;
    }

    public Kind What { get; }

    public Lease Packet { get; }

    public PacketOffload Offload { get; }

    public IResumable? Resumed { get; }

    public static ShardMessage Evict { get; } = new(Kind.Evict, default, default, null);

    public static ShardMessage Stop { get; } = new(Kind.Stop, default, default, null);

    public static ShardMessage Hand(in Lease packet, PacketOffload offload) => new(Kind.Packet, packet, offload, null);

    public static ShardMessage Call(IResumable waiting) => new(Kind.Continue, default, default, waiting);
}
