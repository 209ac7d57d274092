using System;
using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;
using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

/// <summary>One TCP connection: the passive side towards an app.</summary>
/// <remarks>
/// Split by concern, a file each. A segment's way: Arrives (the RFC's steps in their order), Acknowledge, Recovery
/// and Undo (what the peer has), Receive (text and FIN), then, at Flush, Transmit and Emit. Timeouts holds the clocks,
/// Handshake the opening, States the transitions and the end, Window the receive window and the send buffer's tuning.
/// Used on its stack's thread only.
/// </remarks>
public sealed partial class TcpConnection
{
    private readonly TcpStack _stack;
    private readonly FlowKey _flow;

    internal TcpConnection(TcpStack stack, in FlowKey flow, uint hash, bool takesBig)
    {
        _stack = stack;
        _flow = flow;
        Hash = hash;
        _takesBig = takesBig;
        _timer = new ConnectionTimer(this);
    }

    /// <summary>The two ends.</summary>
    public FlowKey Flow => _flow;

    /// <summary>Where the connection stands.</summary>
    public TcpState Status { get; private set; }

    /// <summary>Whatever the host ties to the connection.</summary>
    public object? State { get; set; }

    internal uint Hash { get; }

    // Threads the flow table's chains and the stack's list of connections that have something to send.
    internal TcpConnection? NextInBucket;
    internal TcpConnection? NextToFlush;
    internal bool IsToFlush;

    internal bool IsOf(in FlowKey flow) =>
        _flow.Source.Port == flow.Source.Port && _flow.Destination.Port == flow.Destination.Port
        && _flow.Source.Address.Equals(flow.Source.Address) && _flow.Destination.Address.Equals(flow.Destination.Address);

    /// <summary>Answers the SYN with SYN-ACK.</summary>
    public void Accept()
    {
        if (Status == TcpState.Opening)
            BeginHandshake();
    }

    /// <summary>Answers the SYN with RST; the connection ends at once, without <see cref="ITcpHost.OnEnd"/>.</summary>
    public void Refuse()
    {
        if (Status == TcpState.Opening)
            _stack.Counters.Refused++;
        Abort();
    }

    /// <summary>Answers the SYN with ICMP destination unreachable of the given code; ends at once, likewise.</summary>
    public void RefuseUnreachable(byte codeV4, byte codeV6)
    {
        if (Status == TcpState.Opening)
        {
            _stack.Counters.Refused++;
            _stack.WriteUnreachable(_flow, _rcv.Irs, codeV4, codeV6);
            End(null);
        }
        else
        {
            Abort();
        }
    }

    /// <summary>Bytes that <see cref="Send"/> takes now: bound by the send buffer, which grows with the flow.</summary>
    /// <remarks>Zero while closed or closing. Sending more is taken all the same, but says that the host does not listen.</remarks>
    public int SendSpace => CanQueue ? Math.Max(0, SendBound - Unacknowledged) : 0;

    /// <summary>Bytes sent or queued that the peer has not acknowledged.</summary>
    public int Unacknowledged => Math.Max(0, _snd.End - SeqNumber.Max(_snd.Una, _snd.Iss + 1));

    /// <summary>Queues text; ownership of the lease passes. Segments leave at the next <c>Flush</c>.</summary>
    /// <exception cref="InvalidOperationException">The host has closed this direction before.</exception>
    public void Send(in Lease text)
    {
        if (Status == TcpState.Closed || text.Length == 0)
        {
            text.Release();
            return;
        }
        if (!CanQueue)
        {
            text.Release();
            throw new InvalidOperationException($"{_flow}: text after ShutdownSend ({Status})");
        }
        _queue.Append(text, _snd.End, _stack.QueueRings);
        _snd.End += text.Length;
        WantFlush();
    }

    /// <summary>
    /// Queues small text as a copy in the block of what was queued last, so that a peer that sends byte by byte does not
    /// pin a block a byte. False, and nothing queued, when there is no room: then <see cref="Send"/> a lease.
    /// </summary>
    public bool TryJoin(ReadOnlySpan<byte> text)
    {
        if (!CanQueue || !_queue.TryJoin(text))
            return false;
        _snd.End += text.Length;
        WantFlush();
        return true;
    }

    /// <summary>FIN after all queued text.</summary>
    public void ShutdownSend()
    {
        if (!CanQueue)
            return;
        _snd.FinQueued = true;
        if (Status == TcpState.Established)
            Become(TcpState.FinWait1);
        else if (Status == TcpState.CloseWait)
            Become(TcpState.LastAck);
        WantFlush();
    }

    /// <summary>Says that delivered text has been used up, which opens the receive window again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than has been delivered.</exception>
    public void Consume(int bytes)
    {
        if (Status is TcpState.Closed or TcpState.TimeWait)
            return;
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _rcv.Held);
        OnConsumed(bytes);
    }

    /// <summary>A router says that packets are too big, RFC 1191, RFC 8201; judged by RFC 5927 (7.2).</summary>
    /// <param name="seq">The sequence number that the quoted packet carried.</param>
    /// <param name="mtu">What the next hop takes, in bytes of IP packet.</param>
    public void OnPacketTooBig(SeqNumber seq, int mtu)
    {
        if (Status.CanTransmit() && seq.IsWithin(_snd.Una, _snd.Flight))
            ShrinkSegments(mtu);
    }

    /// <summary>Sends RST and forgets the connection, without <see cref="ITcpHost.OnEnd"/>.</summary>
    public void Abort()
    {
        if (Status is TcpState.Closed or TcpState.TimeWait)
            return;
        EmitReset();
        End(null);
    }

    // Text may be queued before the handshake ends: a server that speaks first is not held up.
    private bool CanQueue => !_snd.FinQueued && (Status.CanQueueText() || Status == TcpState.SynReceived);

    private void WantFlush() => _stack.WantFlush(this);
}
