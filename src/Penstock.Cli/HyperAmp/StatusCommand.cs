using System;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Owners;

namespace Penstock.Cli.HyperAmp;

/// <summary><c>amp status</c> and <c>amp top</c>: a living region, looked at without disturbing it.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Argument<string> region = ZoneTarget.Argument();
        var json = new Option<bool>("--json") { Description = "For programs" };
        var command = new Command("status", "Shows queue, owners and counters of a region.") { region, json };
        command.SetAction(parsed => ZoneTarget.On("status", parsed.GetValue(region)!, create: false, channel =>
        {
            ZoneSnapshot snapshot = new ZoneObserver(channel).Look();
            Console.Out.Write(parsed.GetValue(json) ? Json(snapshot) : Text(snapshot));
            return snapshot.Layout is null && !snapshot.Blank ? 1 : 0;
        }));
        return command;
    }

    public static Command CreateTop()
    {
        Argument<string> region = ZoneTarget.Argument();
        var interval = new Option<double>("--interval") { Description = "Seconds between looks", DefaultValueFactory = _ => 1, CustomParser = Number.Any(0.1, Number.LongestSeconds) };
        var command = new Command("top", "Shows a region again and again, until SIGINT.") { region, interval };
        command.SetAction(parsed => ZoneTarget.On("top", parsed.GetValue(region)!, create: false, channel =>
        {
            using StopSignal stop = new();
            var observer = new ZoneObserver(channel);
            ulong before = 0;
            double seconds = parsed.GetValue(interval);
            do
            {
                ZoneSnapshot snapshot = observer.Look();
                ulong processed = snapshot.Counters.TryGetValue(ServiceCounter.Processed, out ulong count) ? count : 0;
                if (!Console.IsOutputRedirected)
                    Console.Out.Write("\u001b[H\u001b[2J");
                Console.Out.Write(Text(snapshot));
                Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Rate: {(processed - before) / seconds:F0} req/s"));
                before = processed;
            }
            while (!stop.Wait(TimeSpan.FromSeconds(seconds)));
            return 0;
        }));
        return command;
    }

    public static string Text(ZoneSnapshot snapshot)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Region: {snapshot.Path}");
        if (snapshot.Layout is null)
        {
            text.AppendLine(snapshot.Blank ? "Queue: not initialised" : "Queue: in no known layout");
            return text.ToString();
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"Queue: {snapshot.Layout}, {snapshot.Entries} entries, mark {snapshot.Mark}, other zone's mark {snapshot.PeerMark}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Lists: free {snapshot.Free}, waiting {snapshot.Waiting}, processing {snapshot.Processing}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Entries of our clients: kept {snapshot.Cached}, held {snapshot.Held}, under way {snapshot.Submitted}, in quarantine {snapshot.Quarantined}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Payload: {snapshot.PayloadUsed} of {snapshot.PayloadBytes} bytes; lock {(snapshot.Locked ? "held" : "free")}; epoch {snapshot.Epoch}");
        foreach (OwnerSnapshot owner in snapshot.Owners)
        {
            TimeSpan age = DateTime.UtcNow - new DateTime((long)Math.Min(owner.Info.Since, (ulong)DateTime.MaxValue.Ticks), DateTimeKind.Utc);
            string role = owner.Info.Slot == snapshot.ServiceSlot ? "service, announced" : owner.Info.Kind.ToString();
            text.AppendLine(CultureInfo.InvariantCulture, $"Owner {owner.Info.Slot}: process {owner.Info.Process}, {role}, {(owner.Alive ? "alive" : "dead")}, for {age.TotalSeconds:F0} s, entries {owner.Entries}, asleep {owner.Sleepers}");
        }
        foreach ((ServiceCounter counter, ulong value) in snapshot.Counters)
        {
            if (value != 0)
                text.AppendLine(CultureInfo.InvariantCulture, $"{counter}: {value}");
        }
        return text.ToString();
    }

    public static string Json(ZoneSnapshot snapshot)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("region", snapshot.Path);
            json.WriteString("layout", snapshot.Layout?.ToString().ToLowerInvariant() ?? (snapshot.Blank ? "blank" : "unknown"));
            json.WriteString("mark", snapshot.Mark);
            json.WriteString("peer_mark", snapshot.PeerMark);
            json.WriteNumber("entries", snapshot.Entries);
            json.WriteNumber("free", snapshot.Free);
            json.WriteNumber("waiting", snapshot.Waiting);
            json.WriteNumber("processing", snapshot.Processing);
            json.WriteNumber("kept", snapshot.Cached);
            json.WriteNumber("held", snapshot.Held);
            json.WriteNumber("under_way", snapshot.Submitted);
            json.WriteNumber("quarantined", snapshot.Quarantined);
            json.WriteNumber("payload_bytes", snapshot.PayloadBytes);
            json.WriteNumber("payload_used", snapshot.PayloadUsed);
            json.WriteBoolean("locked", snapshot.Locked);
            json.WriteNumber("epoch", snapshot.Epoch);
            json.WriteStartArray("owners");
            foreach (OwnerSnapshot owner in snapshot.Owners)
            {
                json.WriteStartObject();
                json.WriteNumber("slot", owner.Info.Slot);
                json.WriteNumber("process", owner.Info.Process);
                json.WriteString("kind", owner.Info.Kind.ToString().ToLowerInvariant());
                json.WriteBoolean("announced", owner.Info.Slot == snapshot.ServiceSlot);
                json.WriteBoolean("alive", owner.Alive);
                json.WriteNumber("entries", owner.Entries);
                json.WriteNumber("asleep", owner.Sleepers);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("counters");
            foreach ((ServiceCounter counter, ulong value) in snapshot.Counters)
                json.WriteNumber(JsonNamingPolicy.SnakeCaseLower.ConvertName(counter.ToString()), value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length) + "\n";
    }
}
