using System;
using System.Globalization;
using System.Text;

namespace Penstock.Tunnel.Logging;

/// <summary>The form of a line: <c>[YYYY-MM-DD HH:MM:SS] [L] text</c>.</summary>
public static class LogLine
{
    /// <summary>Longest text, in characters; the rest is cut.</summary>
    public const int MaxText = 2048;

    /// <summary>One line with its line break, as UTF-8.</summary>
    /// <param name="time">Local time.</param>
    /// <param name="level">Shown as D, I, W or E.</param>
    /// <param name="text">Control characters become blanks: names come from outside, and a line stays a line.</param>
    public static byte[] Format(DateTime time, LogLevel level, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var line = new StringBuilder(text.Length + 32);
        line.Append(CultureInfo.InvariantCulture, $"[{time:yyyy-MM-dd HH:mm:ss}] [{Letter(level)}] ");
        foreach (char character in text.AsSpan(0, Math.Min(text.Length, MaxText)))
            line.Append(char.IsControl(character) ? ' ' : character);
        return Encoding.UTF8.GetBytes(line.Append('\n').ToString());
    }

    private static char Letter(LogLevel level) => level switch
    {
        LogLevel.Debug => 'D',
        LogLevel.Info => 'I',
        LogLevel.Warn => 'W',
        _ => 'E',
    };
}
