using System;
using System.Text;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Processes;

/// <summary>What a thread sets for itself.</summary>
public static unsafe class Threads
{
    /// <summary>Names the calling thread, as <c>ps -T</c> and <c>top -H</c> show it.</summary>
    /// <param name="name">Cut to 15 bytes by the kernel.</param>
    public static void SetName(string name)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        Encoding.UTF8.TryGetBytes(name.AsSpan(0, Math.Min(name.Length, 15)), bytes[..15], out _);
        fixed (byte* p = bytes)
            _ = Libc.prctl(Libc.PR_SET_NAME, (nuint)p, 0, 0, 0);
    }

    /// <summary>The calling thread sleeps, whatever becomes ready meanwhile; less when a signal arrives.</summary>
    /// <param name="microseconds">How long at least; the kernel may be late by the thread's timer slack, 50 microseconds unless set.</param>
    public static void Nap(long microseconds)
    {
        timespec time = new() { tv_sec = (nint)(microseconds / 1_000_000), tv_nsec = (nint)(microseconds % 1_000_000 * 1000) };
        _ = Libc.clock_nanosleep(Libc.CLOCK_MONOTONIC, 0, &time, null);
    }
}
