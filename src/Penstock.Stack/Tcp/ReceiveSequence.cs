using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

/// <summary>The receive sequence space, RFC 9293 (3.3.1).</summary>
/// <remarks>
/// <code>
///           Nxt - Held       Nxt                       Adv
///   ------------|-------------|-------------------------|------
///   used up     | with host   | may come, out of order  | outside the window
/// </code>
/// Adv, the edge that the peer has been shown, never moves left.
/// </remarks>
internal struct ReceiveSequence
{
    /// <summary>IRS.</summary>
    internal SeqNumber Irs;

    /// <summary>RCV.NXT.</summary>
    internal SeqNumber Nxt;

    /// <summary>RCV.NXT + RCV.WND as last advertised.</summary>
    internal SeqNumber Adv;

    /// <summary>Last.ACK.sent, RFC 7323 (4.3).</summary>
    internal SeqNumber LastAckSent;

    /// <summary>TS.Recent.</summary>
    internal uint TsRecent;

    /// <summary>When TS.Recent was taken, in seconds.</summary>
    internal uint TsRecentAt;

    /// <summary>Bytes that may be held or awaited.</summary>
    internal int Buffer;

    /// <summary>Bytes delivered that the host has not used up.</summary>
    internal int Held;

    /// <summary>Rcv.Wind.Shift.</summary>
    internal byte Shift;

    /// <summary>RCV.WND.</summary>
    internal readonly int Wnd => Adv - Nxt;
}
