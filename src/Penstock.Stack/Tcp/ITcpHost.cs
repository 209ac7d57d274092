using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tcp;

/// <summary>What a packet of a flow that this stack does not know is to become.</summary>
public enum StrangerVerdict
{
    /// <summary>Nobody owns the flow: open it (a SYN) or answer with RST (anything else), as the RFC says.</summary>
    Mine,

    /// <summary>Another stack owns it and has a copy of the packet now.</summary>
    HandedOver,

    /// <summary>Drop it without an answer.</summary>
    Drop,
}

/// <summary>Why a connection ended.</summary>
public enum TcpEnd
{
    /// <summary>Both directions were closed and acknowledged.</summary>
    Closed,

    /// <summary>The peer sent RST.</summary>
    PeerReset,

    /// <summary>This side called <see cref="TcpConnection.Abort"/> or <see cref="TcpConnection.Refuse"/>.</summary>
    Aborted,

    /// <summary>Retransmissions, probes or keep-alives went unanswered too long.</summary>
    TimedOut,
}

/// <summary>The user of a TCP stack: the events that connections raise.</summary>
/// <remarks>
/// Called on the stack's thread, from within <c>Input</c>, <c>Poll</c> or <c>Flush</c>. Every method may call back into
/// the connection that it names and into others.
/// </remarks>
public interface ITcpHost
{
    /// <summary>Asked before the stack opens a connection or answers RST for a flow that it does not know.</summary>
    /// <param name="flow">The flow as the packet names it.</param>
    /// <param name="isOpening">True for a SYN without ACK.</param>
    /// <param name="packet">The whole IP packet; the host copies what it wants to keep.</param>
    /// <param name="offload">What the device said about it.</param>
    StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload);

    /// <summary>A SYN made a half-open connection: answer now or later with Accept or Refuse. Set <c>State</c> here.</summary>
    void OnOpening(TcpConnection connection);

    /// <summary>The handshake is complete.</summary>
    void OnEstablished(TcpConnection connection);

    /// <summary>Text in order. Ownership of the lease passes; call <see cref="TcpConnection.Consume"/> as it is used up.</summary>
    /// <returns>
    /// False when there is no memory to keep it: the lease stays with the stack, the text counts as never arrived, and the
    /// peer sends it again. A host that has aborted the connection from within the call returns true.
    /// </returns>
    bool OnText(TcpConnection connection, in Lease text);

    /// <summary>The peer has sent FIN and all text before it has been delivered.</summary>
    void OnFin(TcpConnection connection);

    /// <summary>Acknowledgements freed send space.</summary>
    void OnSpace(TcpConnection connection);

    /// <summary>The connection is gone; no further call names it. Everything that it held has been released.</summary>
    void OnEnd(TcpConnection connection, TcpEnd end);

    /// <summary>Nothing of the flow is left, TIME-WAIT included: the next segment of its addresses and ports is a stranger's.</summary>
    /// <remarks>For a host with several stacks, which keeps who has which flow.</remarks>
    void OnForgotten(in FlowKey flow)
    {
    }
}
