using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Penstock.Cli.HyperAmp;

/// <summary>A service id on the command line: 0 to 65535, or 0x and as many hexadecimal digits as it takes, as the tables of ids have it.</summary>
internal static class ServiceId
{
    private const string Hex = "0x";

    public static Argument<ushort> Argument(string description) => new("SVC") { Description = description, CustomParser = Parse };

    public static Option<ushort> Option(ushort usual) =>
        new("--service") { Description = "Service id", DefaultValueFactory = _ => usual, CustomParser = Parse };

    /// <summary>The id as it stands on the command line: hexadecimal stays so.</summary>
    public static string AsTyped(ParseResult parsed, Argument<ushort> argument) => parsed.GetResult(argument)!.Tokens[0].Value;

    private static ushort Parse(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        bool isHex = text.StartsWith(Hex, StringComparison.OrdinalIgnoreCase);
        bool isId = isHex
            ? ushort.TryParse(text.AsSpan(Hex.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort id)
            : ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
        if (!isId)
            result.AddError($"SVC: '{text}' is no service id: 0 to 65535, or 0x0 to 0xffff");
        return id;
    }
}
