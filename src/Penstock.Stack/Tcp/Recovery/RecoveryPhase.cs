namespace Penstock.Stack.Tcp.Recovery;

/// <summary>Whether something lost is being made good.</summary>
internal enum RecoveryPhase : byte
{
    /// <summary>Nothing is known to be missing.</summary>
    Open,

    /// <summary>The window was reduced for an ECN echo, nothing is missing, RFC 3168 (6.1.2).</summary>
    Reduced,

    /// <summary>Acknowledgments showed a loss: fast recovery, RFC 6675 (5).</summary>
    Recovery,

    /// <summary>A retransmission timeout: everything not reported is taken for lost.</summary>
    Loss,
}
