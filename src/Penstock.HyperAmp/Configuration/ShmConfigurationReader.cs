using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json;
using Penstock.HyperAmp.Queue;

namespace Penstock.HyperAmp.Configuration;

/// <summary>Reads <c>shm_config.json</c> (contract 3), the optional keys, and <c>PENSTOCK_SHM</c>.</summary>
public static class ShmConfigurationReader
{
    /// <summary>The environment variable that stands for the optional keys: <c>backend=file;path=/tmp/region;wait=spin</c>.</summary>
    public const string Variable = "PENSTOCK_SHM";

    private const string PayloadFlag = "linux-2-npucore-buf";
    private const string QueueFlag = "linux-2-npucore-msg";
    private const string LaterChannels = "linux-2-npucore-ch";

    /// <summary>Reads a file, then applies the environment variable.</summary>
    /// <param name="path">The file.</param>
    /// <param name="variable">The variable's value; null to take it from the environment.</param>
    /// <exception cref="ConfigurationException">The file cannot be read or used.</exception>
    public static ShmConfiguration Read(string path, string? variable = null)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{path}: cannot be read: {failure.Message}");
        }
        return Parse(text, path, variable ?? Environment.GetEnvironmentVariable(Variable));
    }

    /// <summary>Parses the text of a file.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="variable">Settings that stand above the file's optional keys, or null.</param>
    /// <exception cref="ConfigurationException">The text cannot be used.</exception>
    public static ShmConfiguration Parse(string text, string name, string? variable = null)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new ConfigurationException(
                $"{name}: line {failure.LineNumber + 1}: not JSON: {failure.Message}");
        }
        using (document)
            return Check(Options(variable, FromRoot(document.RootElement, name), name), name);
    }

    private static ShmConfiguration FromRoot(JsonElement root, string name)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("shm_regions", out JsonElement regions))
            throw new ConfigurationException($"{name}: the key shm_regions is missing");
        if (regions.ValueKind != JsonValueKind.Array)
            throw new ConfigurationException($"{name}: shm_regions: {Show(regions)} is not an array");
        List<string> warnings = [];
        AddressRange? payload = null, queue = null, peer = null;
        int index = 0;
        foreach (JsonElement region in regions.EnumerateArray())
        {
            string at = $"{name}: shm_regions[{index++}]";
            string flag = Text(region, "region_flag", at);
            ulong size = Number(region, "mem_size", at);
            if (size == 0)
            {
                warnings.Add($"{at}: mem_size is 0, the region is left out");
                continue;
            }
            if (size > int.MaxValue)
                throw new ConfigurationException($"{at}.mem_size: 0x{size:x} is more than 2 GiB");
            ulong zone0 = Number(region, "zone0_ram_ipa", at);
            ulong zonex = Number(region, "zonex_ram_ipa", at);
            switch (flag)
            {
                case PayloadFlag:
                    payload = new AddressRange(zone0, (int)size);
                    break;
                case QueueFlag:
                    queue = new AddressRange(zone0, (int)size);
                    peer = new AddressRange(zonex, (int)size);
                    break;
                default:
                    if (!flag.StartsWith(LaterChannels, StringComparison.Ordinal))
                        throw new ConfigurationException(
                            $"{at}.region_flag: \"{flag}\" is neither {PayloadFlag} nor {QueueFlag}");
                    warnings.Add($"{at}: {flag} belongs to a further channel, the region is left out");
                    break;
            }
        }
        ShmConfiguration read = new()
        {
            Payload = payload ?? throw new ConfigurationException($"{name}: no region has the flag {PayloadFlag}"),
            Queue = queue ?? throw new ConfigurationException($"{name}: no region has the flag {QueueFlag}"),
            PeerQueue = peer!.Value,
            Warnings = warnings,
        };
        foreach (string key in (string[])["backend", "path", "layout", "notify", "wait", "group"])
        {
            if (root.TryGetProperty(key, out JsonElement value))
                read = Apply(read, key, value.ValueKind == JsonValueKind.String ? value.GetString()! : Show(value), name);
        }
        return read;
    }

    private static ShmConfiguration Options(string? variable, ShmConfiguration read, string name)
    {
        if (string.IsNullOrWhiteSpace(variable))
            return read;
        foreach (string part in variable.Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new ConfigurationException($"{Variable}: \"{part}\" is not key=value");
            read = Apply(read, part[..equals].Trim(), part[(equals + 1)..].Trim(), Variable);
        }
        return read;
    }

    private static ShmConfiguration Apply(ShmConfiguration to, string key, string value, string name) => key switch
    {
        "backend" => to with { Backend = OneOf<RegionBackend>(key, value, name) },
        "path" => value.Length > 0 ? to with { Path = value } : throw new ConfigurationException($"{name}: path is empty"),
        "layout" => to with { Layout = OneOf<QueueLayout>(key, value, name) },
        "notify" => to with { Notify = OneOf<NotifyMode>(key, value, name) },
        "wait" => to with { Wait = OneOf<WaitMode>(key, value, name) },
        "group" => uint.TryParse(value, CultureInfo.InvariantCulture, out uint group)
            ? to with { Group = group }
            : throw new ConfigurationException($"{name}: group: \"{value}\" is not a group's number"),
        _ => throw new ConfigurationException(
            $"{name}: \"{key}\" is no key; there are backend, path, layout, notify, wait, group"),
    };

    private static ShmConfiguration Check(ShmConfiguration read, string name)
    {
        if (read.Payload.Length < 4096)
            throw new ConfigurationException($"{name}: mem_size of {PayloadFlag}: 0x{read.Payload.Length:x} is less than 0x1000");
        if (QueueView<Regions.MappedWords>.CapacityOf(read.Queue.Length, QueueLayout.V2) < 2)
            throw new ConfigurationException(
                $"{name}: mem_size of {QueueFlag}: 0x{read.Queue.Length:x} holds fewer than two entries");
        if (read.Payload.Overlaps(read.Queue) || read.Payload.Overlaps(read.PeerQueue) || read.Queue.Overlaps(read.PeerQueue))
        {
            throw new ConfigurationException(
                $"{name}: regions overlap: payload 0x{read.Payload.Start:x}+0x{read.Payload.Length:x}, queues "
                + $"0x{read.Queue.Start:x} and 0x{read.PeerQueue.Start:x}+0x{read.Queue.Length:x}");
        }
        foreach (ulong start in (ulong[])[read.Payload.Start, read.Queue.Start, read.PeerQueue.Start])
        {
            if (start % 4 != 0)
                throw new ConfigurationException($"{name}: the address 0x{start:x} is not a multiple of 4");
        }
        ulong end = Math.Max(read.Payload.End, Math.Max(read.Queue.End, read.PeerQueue.End));
        if (end - read.Lowest > int.MaxValue)
            throw new ConfigurationException($"{name}: the regions lie 0x{end - read.Lowest:x} bytes apart, more than 2 GiB");
        if (read.Backend is RegionBackend.File or RegionBackend.Ivshmem && read.Path is null)
            throw new ConfigurationException($"{name}: backend {Name(read.Backend)} needs the key path");
        return read;
    }

    private static T OneOf<T>(string key, string value, string name)
        where T : struct, Enum
    {
        foreach (T one in Enum.GetValues<T>())
        {
            if (Name(one).Equals(value, StringComparison.OrdinalIgnoreCase))
                return one;
        }
        string all = string.Join(", ", Array.ConvertAll(Enum.GetValues<T>(), Name));
        throw new ConfigurationException($"{name}: {key}: \"{value}\" is none of {all}");
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Text(JsonElement region, string key, string at)
    {
        if (region.ValueKind != JsonValueKind.Object || !region.TryGetProperty(key, out JsonElement value))
            throw new ConfigurationException($"{at}: the key {key} is missing");
        if (value.ValueKind != JsonValueKind.String)
            throw new ConfigurationException($"{at}.{key}: {Show(value)} is not a string");
        return value.GetString()!;
    }

    private static ulong Number(JsonElement region, string key, string at)
    {
        string text = Text(region, key, at);
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        if (!ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number))
            throw new ConfigurationException($"{at}.{key}: \"{text}\" is not a hexadecimal number");
        return number;
    }

    private static string Show(JsonElement value) =>
        value.GetRawText() is { Length: > 40 } text ? text[..40] + "..." : value.GetRawText();
}
