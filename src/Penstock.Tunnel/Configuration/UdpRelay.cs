namespace Penstock.Tunnel.Configuration;

/// <summary>How datagrams reach the proxy (<c>socks5.udp</c>).</summary>
public enum UdpRelay
{
    /// <summary>Inside the TCP connection to the proxy (command 05); what the file means when it says nothing.</summary>
    Tcp,

    /// <summary>UDP ASSOCIATE (RFC 1928).</summary>
    Udp,
}
