namespace Penstock.Tunnel.Configuration;

/// <summary>How datagrams reach the proxy (<c>socks5.udp</c>).</summary>
public enum UdpRelay
{
    /// <summary>Inside the TCP connection to the proxy (command 05); what the file means when it says nothing.</summary>
    Tcp,

    /// <summary>UDP ASSOCIATE (RFC 1928).</summary>
    Udp,

    /// <summary><see cref="Udp"/>, and <see cref="Tcp"/> when the proxy refuses it; what worked is remembered.</summary>
    Auto,

    /// <summary>Not at all: apps are refused at once.</summary>
    Block,
}
