using System.Threading;
using Penstock.Tunnel.Configuration;

namespace Penstock.Tunnel.Udp;

/// <summary>How datagrams are relayed, as far as the configuration says and the proxy has shown. Thread-safe.</summary>
internal sealed class UdpOutlook(UdpRelay configured)
{
    private const long TellInterval = 30_000_000;
    private int _learned = (int)UdpRelay.Udp;
    private long _nextTold = long.MinValue;

    /// <summary>Datagrams are not relayed at all.</summary>
    public bool IsBlocked => configured == UdpRelay.Block;

    /// <summary>The way to try first.</summary>
    public UdpRelay First => configured == UdpRelay.Auto ? (UdpRelay)Volatile.Read(ref _learned) : configured;

    /// <summary>The way to try when the proxy has refused another; null when there is none.</summary>
    public UdpRelay? Instead(UdpRelay refused) => configured != UdpRelay.Auto ? null
        : refused == UdpRelay.Udp ? UdpRelay.Tcp : UdpRelay.Udp;

    /// <summary>A way has worked: it is the first from now on.</summary>
    public void Works(UdpRelay way)
    {
        if (_learned != (int)way)
            Volatile.Write(ref _learned, (int)way);
    }

    /// <summary>True when a person should be told of a refusal: once in half a minute.</summary>
    public bool IsWorthTelling(long now)
    {
        long next = Volatile.Read(ref _nextTold);
        return now >= next && Interlocked.CompareExchange(ref _nextTold, now + TellInterval, next) == next;
    }
}
