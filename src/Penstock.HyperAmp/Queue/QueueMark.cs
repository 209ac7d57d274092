using System.Runtime.CompilerServices;

namespace Penstock.HyperAmp.Queue;

/// <summary>Values of the working mark at the head of a queue page.</summary>
public static class QueueMark
{
    /// <summary>Nobody has written a mark.</summary>
    public const uint Raw = 0;

    /// <summary>An initialisation is under way.</summary>
    public const uint Initialising = 0xAAAAAAAA;

    /// <summary>A service has started.</summary>
    public const uint Initialised = 0xEEEEEEEE;

    /// <summary>The channel was taken down.</summary>
    public const uint Destroyed = 0xDDDDDDDD;

    /// <summary>A sender may hand over a chain.</summary>
    public const uint Idle = 0xBBBBBBBB;

    /// <summary>A chain is handed over, or about to be.</summary>
    public const uint Busy = 0xFFFFFFFF;

    /// <summary>True for the two marks under which a sender may begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsReady(uint mark) => mark is Idle or Initialised;

    /// <summary>The mark's name, or its hexadecimal digits.</summary>
    public static string Name(uint mark) => mark switch
    {
        Raw => "raw",
        Initialising => "initialising",
        Initialised => "initialised",
        Destroyed => "destroyed",
        Idle => "idle",
        Busy => "busy",
        _ => $"0x{mark:X8}",
    };
}
