using System;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Penstock.Cli.HyperAmp;

/// <summary>Numbers on the command line, held against their range before anything is opened.</summary>
internal static class Number
{
    /// <summary>The longest time in seconds that an option takes: eleven days, which every kind of wait can express.</summary>
    public const double LongestSeconds = 1_000_000;

    /// <summary>A parser for whole numbers of a range.</summary>
    public static Func<ArgumentResult, int> Whole(int least, int most) => result => Parse(result, least, most, "a whole number");

    /// <summary>The same where the number may be missing.</summary>
    public static Func<ArgumentResult, int?> MaybeWhole(int least, int most) => result => Parse(result, least, most, "a whole number");

    /// <summary>A parser for the powers of two of a range.</summary>
    public static Func<ArgumentResult, int> PowerOfTwo(int least, int most) => result => Parse(result, least, most, "a power of two", int.IsPow2);

    /// <summary>A parser for numbers of a range.</summary>
    public static Func<ArgumentResult, double> Any(double least, double most) => result => Parse(result, least, most, "a number");

    // What is no number is in no range either, so that one sentence tells both.
    private static T Parse<T>(ArgumentResult result, T least, T most, string kind, Func<T, bool>? fits = null)
        where T : struct, INumber<T>
    {
        string text = result.Tokens[0].Value;
        if (!T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value)
            || !(value >= least && value <= most) || fits?.Invoke(value) == false)
        {
            string name = (result.Parent as OptionResult)?.IdentifierToken?.Value ?? result.Argument.Name;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} {text}: {kind} from {least} to {most}"));
        }
        return value;
    }
}
