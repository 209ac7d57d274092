using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp.Recovery;

/// <summary>A range that has been sent at one time, and what is known of it since.</summary>
internal struct SentRecord
{
    internal SeqNumber Start;
    internal SeqNumber End;

    /// <summary>When it was sent last, in microseconds.</summary>
    internal long SentAt;

    /// <summary>The peer holds it out of order.</summary>
    internal bool IsSacked;

    /// <summary>Taken for lost and not sent again yet.</summary>
    internal bool IsLost;

    /// <summary>Has been sent more than once.</summary>
    internal bool IsRetransmitted;

    internal readonly int Length => End - Start;

    /// <summary>It left as a BIG TCP packet.</summary>
    internal readonly bool IsBig => Length > TcpStack.MostOrdinary;
}
