using System;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Penstock.Stack.Tcp;
using Penstock.Tunnel.Statistics;
using Penstock.Tunnel.Tests.Documents;
using Xunit;

namespace Penstock.Tunnel.Tests.Statistics;

/// <summary>The statistics as programs read them.</summary>
public sealed class StatisticsJsonTests
{
    [Fact]
    public void Every_counter_has_its_name_in_words()
    {
        JsonElement json = JsonDocument.Parse(StatisticsJson.Text(Snapshot(new ShardCounters()))).RootElement;
        foreach (JsonElement place in (JsonElement[])[json.GetProperty("total"), json.GetProperty("shards")[0]])
        {
            foreach (FieldInfo counter in typeof(ShardCounters).GetFields())
            {
                if (counter.Name != nameof(ShardCounters.TunWriteLastErrno))
                    Assert.True(place.TryGetProperty(InWords(counter.Name), out _), $"{counter.Name} is missing in StatisticsJson");
            }
            foreach (PropertyInfo counter in typeof(TcpCounters).GetProperties())
                Assert.True(place.GetProperty("tcp").TryGetProperty(InWords(counter.Name), out _), $"{counter.Name} is missing in StatisticsJson");
        }
    }

    [Fact]
    public void Totals_are_sums_over_the_shards()
    {
        var counters = new ShardCounters { BytesFromTun = long.MaxValue / 4 };
        JsonElement json = JsonDocument.Parse(StatisticsJson.Text(Snapshot(counters, counters))).RootElement;
        Assert.Equal(long.MaxValue / 4 * 2, json.GetProperty("total").GetProperty("bytes_from_tun").GetInt64());
        Assert.Equal(1, json.GetProperty("shards")[1].GetProperty("index").GetInt32());
    }

    [Fact]
    public void Table_of_names_is_the_object_s()
    {
        JsonElement json = JsonDocument.Parse(StatisticsJson.Text(Snapshot(new ShardCounters()))).RootElement;
        JsonElement total = json.GetProperty("total");
        string[] counters = Numbers(total);
        string[] names = [.. Numbers(json), .. Numbers(json.GetProperty("shards")[0]).Except(counters), .. counters, .. Numbers(total.GetProperty("tcp"))];
        string text = Document.Read("docs/embedding.md");
        string section = text[text.IndexOf("### Statistics", StringComparison.Ordinal)..text.IndexOf("## What a host process gets", StringComparison.Ordinal)];
        Assert.Equal(names, Regex.Matches(section, @"^\| `(\w+)` \| \S", RegexOptions.Multiline).Select(row => row.Groups[1].Value));
    }

    private static string[] Numbers(JsonElement json) =>
        [.. json.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Number).Select(member => member.Name)];

    private static TunnelStatistics Snapshot(params ShardCounters[] counters)
    {
        var shards = new ShardStatistics[counters.Length];
        for (int i = 0; i < shards.Length; i++)
            shards[i] = new ShardStatistics(i, counters[i], new TcpCounters(), 0, 0);
        return new TunnelStatistics { Shards = shards };
    }

    private static string InWords(string name) => Regex.Replace(name, "(?<!^)([A-Z])", "_$1").ToLowerInvariant();
}
