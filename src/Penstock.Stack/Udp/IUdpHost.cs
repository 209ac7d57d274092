namespace Penstock.Stack.Udp;

/// <summary>The user of the stack's UDP.</summary>
public interface IUdpHost
{
    /// <summary>A datagram arrived; called on the stack's thread from within <c>Input</c>.</summary>
    /// <param name="datagram">Valid during the call.</param>
    /// <param name="now">The time, in microseconds.</param>
    void OnDatagram(in UdpDatagram datagram, long now);
}
