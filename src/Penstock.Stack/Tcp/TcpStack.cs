using System;
using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tcp;

/// <summary>A passive-open TCP as a pure state machine: packets and time in, packets and deadlines out.</summary>
/// <remarks>
/// One thread uses it: <see cref="Input"/> a batch, let the host work, <see cref="Poll"/>, then <see cref="Flush"/>,
/// which sends what the batch caused: at most one acknowledgment a flow. Time is monotonic, in microseconds.
/// </remarks>
public sealed partial class TcpStack
{
    /// <summary>Makes a stack without connections.</summary>
    /// <param name="options">How connections behave.</param>
    /// <param name="offload">What the device does for what is written.</param>
    /// <param name="pool">Where copies of small texts live.</param>
    /// <param name="output">Where packets go.</param>
    /// <param name="host">Who is told.</param>
    /// <param name="secret">At least 16 unpredictable bytes, for sequence numbers and the flow table.</param>
    public TcpStack(
        TcpOptions options, DeviceOffload offload, BufferPool pool, IPacketOutput output, ITcpHost host, ReadOnlySpan<byte> secret) =>
        throw new NotImplementedException();

    /// <summary>What has happened so far.</summary>
    public TcpCounters Counters { get; } = new();

    /// <summary>Connections that the host knows; those in TIME-WAIT are not counted.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>Connections in TIME-WAIT.</summary>
    public int TimeWaitCount => throw new NotImplementedException();

    /// <summary>When <see cref="Poll"/> is wanted next, in microseconds; <see cref="long.MaxValue"/> when it is not.</summary>
    public long NextDeadline => throw new NotImplementedException();

    /// <summary>True when <see cref="Flush"/> has something to do.</summary>
    public bool WantsFlush => throw new NotImplementedException();

    /// <summary>Finds the connection of a flow; one in TIME-WAIT is not found.</summary>
    public bool TryFind(in FlowKey flow, out TcpConnection? connection) => throw new NotImplementedException();

    /// <summary>True when this stack has any connection of the flow, one in TIME-WAIT included.</summary>
    public bool Owns(in FlowKey flow) => throw new NotImplementedException();

    /// <summary>Takes a TCP packet.</summary>
    /// <param name="ip">What its IP header says; whole, not a fragment.</param>
    /// <param name="packet">The packet from the first byte of its IP header; the caller keeps the lease.</param>
    /// <param name="offload">What the device said about it.</param>
    /// <param name="now">The time.</param>
    public void Input(in IpPacket ip, in Lease packet, PacketOffload offload, long now) => throw new NotImplementedException();

    /// <summary>Fires the timers that are due.</summary>
    public void Poll(long now) => throw new NotImplementedException();

    /// <summary>Sends what connections owe: text, acknowledgments, window updates.</summary>
    public void Flush(long now) => throw new NotImplementedException();
}
