using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp;

/// <summary>The send sequence space, RFC 9293 (3.3.1).</summary>
/// <remarks>
/// <code>
///        Una              Nxt                 End      (FIN)
///   ------|----------------|-------------------|---------|--
///   acked | sent, unacked  | queued, not sent  | one more number when the host has closed
/// </code>
/// Una ≤ Nxt ≤ End + 1. Nxt never goes back: what is lost is marked so in the records of what was sent.
/// </remarks>
internal struct SendSequence
{
    /// <summary>ISS.</summary>
    internal SeqNumber Iss;

    /// <summary>SND.UNA.</summary>
    internal SeqNumber Una;

    /// <summary>SND.NXT.</summary>
    internal SeqNumber Nxt;

    /// <summary>Behind the last byte that the host has queued: where the FIN goes.</summary>
    internal SeqNumber End;

    /// <summary>SND.WL1.</summary>
    internal SeqNumber Wl1;

    /// <summary>SND.WL2.</summary>
    internal SeqNumber Wl2;

    /// <summary>SND.WND in bytes, scaled.</summary>
    internal int Wnd;

    /// <summary>MAX.SND.WND, RFC 5961 (5.2) and RFC 9293 (3.8.6.2.1).</summary>
    internal int MaxWnd;

    /// <summary>Text bytes of a full segment, without the room that SACK blocks take.</summary>
    internal int Mss;

    /// <summary>Snd.Wind.Shift, RFC 7323 (2.3).</summary>
    internal byte Shift;

    /// <summary>The host has closed its direction.</summary>
    internal bool FinQueued;

    /// <summary>Bytes sent and not acknowledged, FIN counted.</summary>
    internal readonly int Flight => Nxt - Una;

    /// <summary>Text queued and not sent.</summary>
    internal readonly int Unsent => Nxt < End ? End - Nxt : 0;

    /// <summary>The FIN has left at least once.</summary>
    internal readonly bool FinSent => FinQueued && Nxt > End;

    /// <summary>Bytes that the peer's window still takes beyond Nxt; not positive when it is used up.</summary>
    internal readonly int Usable => Una + Wnd - Nxt;
}
