using System;

namespace Penstock.Native.Border;

/// <summary>Why the last call of a thread failed, for that thread alone.</summary>
internal static class LastError
{
    [ThreadStatic]
    private static string? t_text;

    public static string Text
    {
        get => t_text ?? "";
        set => t_text = value;
    }
}
