using System;
using System.Runtime.InteropServices;

namespace Penstock.Linux.Memory;

/// <summary>Waiting on, and waking waiters of, a 32-bit word that processes share (futex(2)).</summary>
public static unsafe class Futex
{
    private const int WaitBitset = 9;
    private const int WakeBitset = 10;

    private static readonly long Number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 98 : 202;

    /// <summary>Wakes waiters of any kind.</summary>
    public const uint Anyone = uint.MaxValue;

    /// <summary>
    /// Sleeps while the word holds <paramref name="value"/>, until a wake whose bits meet <paramref name="bits"/>, a
    /// signal, or the time-out. Returns early for any reason: callers look at what they wait for again.
    /// </summary>
    /// <param name="window">Where the word lies.</param>
    /// <param name="offset">The word, 4-byte aligned.</param>
    /// <param name="value">What the caller saw there.</param>
    /// <param name="timeout">Longest sleep; negative for no limit.</param>
    /// <param name="bits">Which wakes concern this waiter.</param>
    /// <returns>False when the sleep ended by time-out.</returns>
    public static bool Wait(in MappedWindow window, int offset, uint value, TimeSpan timeout, uint bits = Anyone)
    {
        uint* word = (uint*)window.At(offset, 4);
        if (timeout < TimeSpan.Zero)
            return Call(word, WaitBitset, value, null, bits);
        // FUTEX_WAIT_BITSET takes an absolute time of the monotonic clock, which is the clock of Stopwatch on Linux.
        long due = System.Diagnostics.Stopwatch.GetTimestamp()
            + (long)(timeout.TotalSeconds * System.Diagnostics.Stopwatch.Frequency);
        TimeSpec at = new()
        {
            Seconds = due / System.Diagnostics.Stopwatch.Frequency,
            Nanoseconds = due % System.Diagnostics.Stopwatch.Frequency
                * (1_000_000_000 / System.Diagnostics.Stopwatch.Frequency),
        };
        return Call(word, WaitBitset, value, &at, bits);
    }

    /// <summary>Wakes at most <paramref name="count"/> waiters whose bits meet <paramref name="bits"/>.</summary>
    public static void Wake(in MappedWindow window, int offset, int count, uint bits = Anyone)
    {
        uint* word = (uint*)window.At(offset, 4);
        _ = MemoryCalls.Futex(Number, word, WakeBitset, count, null, null, (nint)bits);
    }

    private static bool Call(uint* word, int operation, uint value, TimeSpec* at, uint bits)
    {
        const int TimedOut = 110;
        return MemoryCalls.Futex(Number, word, operation, (nint)value, at, null, (nint)bits) == 0
            || Marshal.GetLastPInvokeError() != TimedOut;
    }
}
