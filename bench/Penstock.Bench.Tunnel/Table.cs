using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Penstock.Bench.Tunnel;

/// <summary>The results as a Markdown table: a line a figure, its bar, and whether it holds.</summary>
internal static class Table
{
    public static string Of(Results results, IReadOnlyList<Contender> contenders, string header)
    {
        var text = new StringBuilder();
        text.AppendLine(header).AppendLine();
        text.AppendLine($"| load | figure | {string.Join(" | ", contenders.Select(one => one.Command.Name))} | over the peer's | bar | holds |");
        text.AppendLine($"|---|---|{string.Concat(contenders.Select(_ => "---|"))}---|---|---|");
        foreach (var loads in results.Rows.GroupBy(row => row.Load))
        {
            string title = loads.Key.Title;
            foreach ((ILoad load, string figure) in loads)
            {
                text.AppendLine(Line(results, contenders, load, figure, title));
                title = "";
            }
        }

        return text.ToString();
    }

    private static string Line(Results results, IReadOnlyList<Contender> contenders, ILoad load, string figure, string title)
    {
        Series? mine = results.Of(load, figure, Contender.UnderTest);
        Series? peer = results.Of(load, figure, Contender.Peer);
        double? over = mine is not null && peer is { Median: > 0 } ? mine.MedianOver(peer) : null;
        List<Bar> bars = mine is null ? [] : [.. Bar.Of(load.Key, figure)];
        var cells = contenders.Select(one => Show(results.Of(load, figure, one.Role)));
        var verdicts = bars.Select(bar => (bar.AgainstPeer ? over : mine!.Median) is { } value ? (bar.Holds(value) ? "yes" : "**no**") : "not compared");
        return $"| {title} | {figure} | {string.Join(" | ", cells)} | {(over is { } ratio ? Number(ratio) : "–")} | {string.Join(", ", bars)} | {string.Join(", ", verdicts)} |";
    }

    private static string Show(Series? series) =>
        series is null ? "–" : series.Values.Count == 1 ? Number(series.Median) : $"{Number(series.Median)} ({Number(series.Min)} … {Number(series.Max)})";

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
