using System;

namespace Penstock.Stack.Tcp.Congestion;

/// <summary>The window rules of RFC 5681.</summary>
internal static class NewReno
{
    /// <summary>RFC 5681 (3.1): about a segment a round trip.</summary>
    internal static int Avoid(int cwnd, int acked, int mss) => cwnd + Math.Max(1, (int)((long)mss * acked / cwnd));

    /// <summary>RFC 5681 (3.1) equation 4.</summary>
    internal static int Reduce(int used, int mss) => Math.Max(used / 2, 2 * mss);
}
