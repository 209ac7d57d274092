using System;

namespace Penstock.Native.Handles;

/// <summary>Whether the calling thread is inside a function of the host's.</summary>
/// <remarks>The log's thread and the shards end with their tunnel: a callback that waited for that would wait for itself.</remarks>
internal static class Callbacks
{
    [ThreadStatic]
    private static int t_depth;

    public static bool IsInside => t_depth > 0;

    public static void Enter() => t_depth++;

    public static void Leave() => t_depth--;
}
