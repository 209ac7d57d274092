using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Penstock.Bench.Tunnel;

/// <summary>The results with every single value, for whoever compares runs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static string Of(Results results, IReadOnlyList<Contender> contenders, string suite, string header)
    {
        var rows = new JsonArray();
        foreach ((ILoad load, string figure) in results.Rows)
        {
            var row = new JsonObject { ["load"] = load.Key, ["mtu"] = load.Rig.Mtu, ["figure"] = figure };
            foreach (Contender contender in contenders)
            {
                if (results.Of(load, figure, contender.Role) is not { } series)
                    continue;
                row[contender.Role] = new JsonObject
                {
                    ["median"] = series.Median,
                    ["min"] = series.Min,
                    ["max"] = series.Max,
                    ["values"] = new JsonArray([.. series.Values.Select(value => (JsonNode)value)]),
                };
            }

            rows.Add(row);
        }

        var names = new JsonObject();
        foreach (Contender contender in contenders)
            names[contender.Role] = contender.Command.Name;
        return new JsonObject { ["bench"] = suite, ["about"] = header, ["contenders"] = names, ["figures"] = rows }.ToJsonString(Readable);
    }
}
