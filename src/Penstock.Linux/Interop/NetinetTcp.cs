namespace Penstock.Linux.Interop;

/// <summary>netinet/in.h, netinet/tcp.h, netinet/udp.h and linux/sockios.h.</summary>
internal static unsafe partial class Libc
{
    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_TCP = 6;
    internal const int IPPROTO_UDP = 17;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPV6_V6ONLY = 26;

    internal const int TCP_NODELAY = 1;
    internal const int TCP_KEEPIDLE = 4;
    internal const int TCP_KEEPINTVL = 5;
    internal const int TCP_KEEPCNT = 6;
    internal const int TCP_QUICKACK = 12;
    internal const int TCP_USER_TIMEOUT = 18;
    internal const int TCP_FASTOPEN_CONNECT = 30;

    internal const int SOL_UDP = 17;
    internal const int UDP_SEGMENT = 103;
    internal const int UDP_GRO = 104;

    /// <summary>Bytes that the peer has not acknowledged yet.</summary>
    internal const uint SIOCOUTQ = 0x5411;

    /// <summary>Bytes that have not been sent yet.</summary>
    internal const uint SIOCOUTQNSD = 0x894B;
}
