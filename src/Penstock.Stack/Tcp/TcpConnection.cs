using System;
using Penstock.Stack.Buffers;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tcp;

/// <summary>One TCP connection: the passive side towards an app.</summary>
public sealed partial class TcpConnection
{
    /// <summary>The two ends.</summary>
    public FlowKey Flow => throw new NotImplementedException();

    /// <summary>Where the connection stands.</summary>
    public TcpState Status => throw new NotImplementedException();

    /// <summary>Whatever the host ties to the connection.</summary>
    public object? State { get; set; }

    /// <summary>Answers the SYN with SYN-ACK.</summary>
    public void Accept() => throw new NotImplementedException();

    /// <summary>Answers the SYN with RST; the connection ends at once, without <see cref="ITcpHost.OnEnd"/>.</summary>
    public void Refuse() => throw new NotImplementedException();

    /// <summary>Answers the SYN with ICMP destination unreachable of the given code; ends at once, likewise.</summary>
    public void RefuseUnreachable(byte codeV4, byte codeV6) => throw new NotImplementedException();

    /// <summary>Bytes that <see cref="Send"/> takes now: bound by the send buffer, which grows with the flow.</summary>
    public int SendSpace => throw new NotImplementedException();

    /// <summary>Bytes sent or queued that the peer has not acknowledged.</summary>
    public int Unacknowledged => throw new NotImplementedException();

    /// <summary>Queues text; ownership of the lease passes. Segments leave at the next <c>Flush</c>.</summary>
    public void Send(in Lease text) => throw new NotImplementedException();

    /// <summary>FIN after all queued text.</summary>
    public void ShutdownSend() => throw new NotImplementedException();

    /// <summary>Says that delivered text has been used up, which opens the receive window again.</summary>
    public void Consume(int bytes) => throw new NotImplementedException();

    /// <summary>Sends RST and forgets the connection, without <see cref="ITcpHost.OnEnd"/>.</summary>
    public void Abort() => throw new NotImplementedException();
}
