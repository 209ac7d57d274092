using Penstock.Wire.Tcp;

namespace Penstock.Stack.Tcp.Recovery;

/// <summary>What a reduction of the window took away, until it is known whether anything was lost at all.</summary>
/// <remarks>
/// Two things show that nothing was: an acknowledgment of text that was sent again echoes a timestamp from before (Eifel,
/// RFC 3522), or D-SACKs report as duplicates all that was sent again (RFC 3708).
/// </remarks>
internal struct UndoState
{
    private SeqNumber _begin;
    private SeqNumber _end;
    private SeqNumber _expiry;
    private uint _firstResentAt;
    private int _resent;
    private bool _isArmed;

    /// <summary>The window before, in bytes.</summary>
    internal int Cwnd { get; private set; }

    /// <summary>ssthresh before, in bytes.</summary>
    internal int Ssthresh { get; private set; }

    /// <summary>Something was sent again since.</summary>
    internal bool HasResent { get; private set; }

    /// <summary>Once recovery is over: nothing was sent again, or all of it for nothing.</summary>
    internal readonly bool IsForNothing => _isArmed && _resent <= 0;

    /// <summary>A reduction is about to be made.</summary>
    /// <param name="una">SND.UNA.</param>
    /// <param name="cwnd">The window.</param>
    /// <param name="ssthresh">The threshold.</param>
    internal void Arm(SeqNumber una, int cwnd, int ssthresh) =>
        this = new UndoState { _begin = una, Cwnd = cwnd, Ssthresh = ssthresh, _isArmed = true };

    /// <summary>The reduction stands.</summary>
    internal void Disarm() => _isArmed = false;

    /// <summary>Text was sent again to make good a loss.</summary>
    /// <param name="start">Its first sequence number.</param>
    /// <param name="end">Behind its last.</param>
    /// <param name="tsVal">The timestamp that it carries.</param>
    internal void OnResent(SeqNumber start, SeqNumber end, uint tsVal)
    {
        if (!HasResent)
            _firstResentAt = tsVal;
        _end = HasResent ? SeqNumber.Max(_end, end) : end;
        HasResent = true;
        _resent += end - start;
    }

    /// <summary>True when text that has been sent again is acknowledged as it was sent first.</summary>
    /// <param name="tsEcr">The acknowledgment's echo.</param>
    internal readonly bool IsFromBefore(uint tsEcr) => _isArmed && HasResent && (int)(tsEcr - _firstResentAt) < 0;

    /// <summary>A D-SACK has come.</summary>
    internal void OnDuplicateReported(SackBlock block)
    {
        if (_isArmed && HasResent && block.Length > 0 && block.Left >= _begin && block.Right <= _end)
            _resent -= block.Length;
    }

    /// <summary>Recovery is over; what D-SACKs have to tell comes before this is acknowledged.</summary>
    internal void ExpireAt(SeqNumber nxt) => _expiry = nxt;

    /// <summary>Once recovery is over: no D-SACK will come any more.</summary>
    internal readonly bool IsOver(SeqNumber una) => _isArmed && una >= _expiry;
}
