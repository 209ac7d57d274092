namespace Penstock.Stack.Tcp;

/// <summary>Sets of states that rules speak of.</summary>
public static class TcpStates
{
    /// <summary>Before the handshake is complete.</summary>
    public static bool IsHandshake(this TcpState state) => state is TcpState.Opening or TcpState.SynReceived;

    /// <summary>The states in which the peer's text is accepted.</summary>
    public static bool CanReceiveText(this TcpState state) =>
        state is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;

    /// <summary>The states in which the host may queue text.</summary>
    public static bool CanQueueText(this TcpState state) => state is TcpState.Established or TcpState.CloseWait;

    /// <summary>The states in which text or FIN may leave, again or for the first time.</summary>
    public static bool CanTransmit(this TcpState state) => state is TcpState.Established or TcpState.CloseWait
        or TcpState.FinWait1 or TcpState.Closing or TcpState.LastAck;

    /// <summary>The host has closed the sending direction.</summary>
    public static bool IsSendClosed(this TcpState state) => state >= TcpState.FinWait1 && state != TcpState.CloseWait;

    /// <summary>The peer's FIN has been taken.</summary>
    public static bool IsReceiveClosed(this TcpState state) => state >= TcpState.CloseWait;
}
