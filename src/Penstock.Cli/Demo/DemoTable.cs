using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Penstock.Cli.Demo;

/// <summary>The table at the end of the demo.</summary>
internal sealed class DemoTable
{
    private readonly List<(string What, string Value, string Cost)> _rows = [];

    public void Add(string what, string value, string cost = "") => _rows.Add((what, value, cost));

    public static string Number(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);

    public void Print(TextWriter output)
    {
        int what = Width(r => r.What, "measure");
        int value = Width(r => r.Value, "through the tunnel");
        int cost = Width(r => r.Cost, "tunnel's CPU");
        string line = $"+{new string('-', what + 2)}+{new string('-', value + 2)}+{new string('-', cost + 2)}+";
        output.WriteLine(line);
        Row(output, ("measure", "through the tunnel", "tunnel's CPU"), what, value, cost);
        output.WriteLine(line);
        foreach (var row in _rows)
            Row(output, row, what, value, cost);
        output.WriteLine(line);
    }

    private static void Row(TextWriter output, (string What, string Value, string Cost) row, int what, int value, int cost) =>
        output.WriteLine($"| {row.What.PadRight(what)} | {row.Value.PadLeft(value)} | {row.Cost.PadLeft(cost)} |");

    private int Width(Func<(string What, string Value, string Cost), string> column, string title)
    {
        int width = title.Length;
        foreach (var row in _rows)
            width = Math.Max(width, column(row).Length);
        return width;
    }
}
