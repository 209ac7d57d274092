using System.Collections.Generic;

namespace Penstock.Tunnel.Configuration.Values;

/// <summary>The value of <c>tunnel.offload</c>: <c>auto</c>, <c>off</c>, or a list of names with commas between.</summary>
internal static class OffloadText
{
    public const string Accepted = "auto, off, or a list of csum, tso (tso4 and tso6), tso4, tso6, ecn, uso, big";

    private static readonly (string Name, OffloadFeatures Features)[] s_names =
    [
        ("csum", OffloadFeatures.Checksum),
        ("tso", OffloadFeatures.Tso4 | OffloadFeatures.Tso6),
        ("tso4", OffloadFeatures.Tso4),
        ("tso6", OffloadFeatures.Tso6),
        ("ecn", OffloadFeatures.TsoEcn),
        ("uso", OffloadFeatures.Uso),
        ("big", OffloadFeatures.Big | OffloadFeatures.Tso4 | OffloadFeatures.Tso6),
    ];

    public static bool TryParse(string text, out OffloadFeatures features)
    {
        features = OffloadFeatures.All;
        if (SectionSettings.Is(text.Trim(), "auto"))
            return true;
        features = OffloadFeatures.None;
        if (SectionSettings.Is(text.Trim(), "off"))
            return true;
        foreach (string part in text.Split(','))
        {
            OffloadFeatures named = Named(part.Trim());
            if (named == OffloadFeatures.None)
                return false;
            // The kernel refuses segmentation without checksums.
            features |= named | OffloadFeatures.Checksum;
        }
        return true;
    }

    public static string Format(OffloadFeatures features)
    {
        if (features == OffloadFeatures.All)
            return "auto";
        var names = new List<string>();
        foreach ((string name, OffloadFeatures named) in s_names)
        {
            if (name != "tso" && features.HasFlag(named))
                names.Add(name);
        }
        return names.Count == 0 ? "off" : string.Join(',', names);
    }

    private static OffloadFeatures Named(string word)
    {
        foreach ((string name, OffloadFeatures features) in s_names)
        {
            if (SectionSettings.Is(word, name))
                return features;
        }
        return OffloadFeatures.None;
    }
}
