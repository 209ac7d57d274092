namespace Penstock.Stack.Tcp;

/// <summary>The states of RFC 9293 (3.3.2) that a passive opener reaches, with LISTEN's answer made later.</summary>
/// <remarks>
/// <code>
///            SYN                Accept              ACK of SYN
///   (none) ------> Opening ---------> SynReceived -----------> Established
///                                                              |         |
///                                              ShutdownSend    |         |  FIN
///                                                              v         v
///                                     FIN          FinWait1         CloseWait
///                         Closing &lt;------------------|                 | ShutdownSend
///                            | ACK of FIN            | ACK of FIN       v
///                            v           FIN         v              LastAck
///                        TimeWait &lt;------------- FinWait2              | ACK of FIN
///                            | timeout                                  v
///                            +------------------------------------> Closed
/// </code>
/// </remarks>
public enum TcpState : byte
{
    /// <summary>Gone, or not yet there.</summary>
    Closed,

    /// <summary>A SYN has come and the host has not said yet what to answer.</summary>
    Opening,

    /// <summary>SYN-RECEIVED: the SYN-ACK is out.</summary>
    SynReceived,

    /// <summary>ESTABLISHED.</summary>
    Established,

    /// <summary>FIN-WAIT-1: our FIN is queued or out, not acknowledged.</summary>
    FinWait1,

    /// <summary>FIN-WAIT-2: our FIN is acknowledged, the peer may still send.</summary>
    FinWait2,

    /// <summary>CLOSE-WAIT: the peer's FIN is here, we may still send.</summary>
    CloseWait,

    /// <summary>CLOSING: both FINs are out, ours is not acknowledged.</summary>
    Closing,

    /// <summary>LAST-ACK: as CLOSING, the peer's FIN came first.</summary>
    LastAck,

    /// <summary>TIME-WAIT: the host has been told of the end; late segments are still answered.</summary>
    TimeWait,
}
