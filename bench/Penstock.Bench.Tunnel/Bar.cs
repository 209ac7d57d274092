using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Penstock.Bench.Tunnel;

/// <summary>What a figure must reach.</summary>
/// <param name="Load">The loads it is for, by the beginning of their key.</param>
/// <param name="Figure">The figure it is for.</param>
/// <param name="AgainstPeer">It is read from the figure over the peer's, not from the figure itself.</param>
/// <param name="AtLeast">The limit is a floor, not a ceiling.</param>
/// <param name="Limit">The limit.</param>
internal sealed record Bar(string Load, string Figure, bool AgainstPeer, bool AtLeast, double Limit)
{
    private static readonly Bar[] All =
    [
        new("up", Tunnel.Figure.OverRelay, AgainstPeer: false, AtLeast: false, 1.0),
        new("down", Tunnel.Figure.OverRelay, AgainstPeer: false, AtLeast: false, 1.0),
        new("up", Tunnel.Figure.Cost, AgainstPeer: true, AtLeast: false, 0.35),
        new("down", Tunnel.Figure.Cost, AgainstPeer: true, AtLeast: false, 0.40),
        new("up", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 1.8),
        new("down", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 2.0),
        new("up10", Tunnel.Figure.LeastShare, AgainstPeer: false, AtLeast: true, 40),
        new("down10", Tunnel.Figure.LeastShare, AgainstPeer: false, AtLeast: true, 40),
        new("wrk64", Tunnel.Figure.Rate, AgainstPeer: true, AtLeast: true, 1.1),
        new("wrk64", Tunnel.Figure.RequestCost, AgainstPeer: true, AtLeast: false, 0.8),
        new("wrkclose", Tunnel.Figure.Rate, AgainstPeer: true, AtLeast: true, 1.1),
        new("wrkclose", Tunnel.Figure.RequestCost, AgainstPeer: true, AtLeast: false, 0.8),
        new("wrk8", Tunnel.Figure.P99, AgainstPeer: false, AtLeast: false, 3),
        new("udp-up-max", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 3),
        new("tcp-up-max", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 3),
        new("udp-down-max", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 3),
        new("tcp-down-max", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 3),
        new("udp-up-gso-max", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 3),
        new("tcp-up-gso-max", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 3),
        new("udp-down-gso-max", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 3),
        new("tcp-down-gso-max", Tunnel.Figure.Throughput, AgainstPeer: true, AtLeast: true, 3),
        new("udp-", Tunnel.Figure.DatagramCost, AgainstPeer: true, AtLeast: false, 0.4),
        new("tcp-", Tunnel.Figure.DatagramCost, AgainstPeer: true, AtLeast: false, 0.4),
        new("udp-", Tunnel.Figure.Loss, AgainstPeer: false, AtLeast: false, 0),
        new("tcp-", Tunnel.Figure.Loss, AgainstPeer: false, AtLeast: false, 0),
        new("first", Tunnel.Figure.OverDirect, AgainstPeer: false, AtLeast: false, 1.3),
        new("storm-udp-9000", Tunnel.Figure.Answered, AgainstPeer: false, AtLeast: true, 9000),
        new("storm-tcp-9000", Tunnel.Figure.Answered, AgainstPeer: false, AtLeast: true, 9000),
        new("sources-udp-9000", Tunnel.Figure.Answered, AgainstPeer: false, AtLeast: true, 9000),
        new("sources-tcp-9000", Tunnel.Figure.Answered, AgainstPeer: false, AtLeast: true, 9000),
        new("sources-", Tunnel.Figure.PerSession, AgainstPeer: false, AtLeast: false, 2),
        new("sources-", Tunnel.Figure.AfterClose, AgainstPeer: false, AtLeast: false, 1.2),
        new("storm-", Tunnel.Figure.AfterClose, AgainstPeer: false, AtLeast: false, 1.2),
        new("connect", Tunnel.Figure.P50, AgainstPeer: true, AtLeast: false, 1.0),
        new("twowrite", Tunnel.Figure.P99, AgainstPeer: false, AtLeast: false, 2),
        new("sessions10000", Tunnel.Figure.PerSession, AgainstPeer: false, AtLeast: false, 2),
        new("sessions", Tunnel.Figure.AfterClose, AgainstPeer: false, AtLeast: false, 1.2),
        new("sessions1000", Tunnel.Figure.WakeUps, AgainstPeer: false, AtLeast: false, 5),
        new("sessions15000", Tunnel.Figure.Opened, AgainstPeer: false, AtLeast: true, 15_000),
        new("sessions15000", Tunnel.Figure.Moved, AgainstPeer: false, AtLeast: true, 15_000),
        new("sessions15000", Tunnel.Figure.OpenRate, AgainstPeer: false, AtLeast: true, 5_000),
    ];

    /// <summary>The bars of a figure of a load; a key that is named in full goes before one that is named by its beginning.</summary>
    public static IEnumerable<Bar> Of(string load, string figure) => All.Where(bar =>
        bar.Figure == figure && load.StartsWith(bar.Load, System.StringComparison.Ordinal) && (bar.Load.Any(char.IsDigit) ? load == bar.Load : true));

    /// <summary>The bar as it stands in the table.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(AtLeast ? "≥" : "≤")} {Limit:#,0.##}{(AgainstPeer ? " × peer" : "")}");

    public bool Holds(double value) => AtLeast ? value >= Limit : value <= Limit;
}
