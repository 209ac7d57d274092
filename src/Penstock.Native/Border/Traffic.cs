using System;
using Penstock.Tunnel.Statistics;

namespace Penstock.Native.Border;

/// <summary>Packets and bytes of a tunnel, in the directions of its interface: tx is read from the TUN, rx written to it.</summary>
internal readonly record struct Traffic(ulong TxPackets, ulong TxBytes, ulong RxPackets, ulong RxBytes)
{
    /// <summary>How many numbers <see cref="CopyTo"/> writes.</summary>
    public const int Numbers = 4;

    public static Traffic Of(TunnelStatistics statistics) => new(
        (ulong)statistics.Sum(s => s.Counters.PacketsFromTun),
        (ulong)statistics.Sum(s => s.Counters.BytesFromTun),
        (ulong)statistics.Sum(s => s.Counters.PacketsToTun),
        (ulong)statistics.Sum(s => s.Counters.BytesToTun));

    public void CopyTo(Span<ulong> four)
    {
        four[0] = TxPackets;
        four[1] = TxBytes;
        four[2] = RxPackets;
        four[3] = RxBytes;
    }
}
