using System;
using System.Runtime.CompilerServices;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Processes;

/// <summary>Keeps the host's signals from the calling thread, and from the threads that it starts, until it is disposed.</summary>
/// <remarks>
/// For a library in somebody else's process: its handlers do not run on our threads, and a write to a closed pipe fails there
/// instead of ending the process. What the code itself causes (SIGSEGV and its like) still comes, and so does the first
/// real-time signal, by which the runtime stops threads. A started thread keeps the mask for good.
/// </remarks>
public unsafe ref struct HeldSignals : IDisposable
{
    // glibc reserves the first two real-time signals (32, 33); SIGRTMIN is the next.
    private const int FirstRealTime = 34;

    private static readonly int[] s_ownCauses =
        [Libc.SIGILL, Libc.SIGTRAP, Libc.SIGABRT, Libc.SIGBUS, Libc.SIGFPE, Libc.SIGSEGV, Libc.SIGSYS, FirstRealTime];

    private SignalSet _before;
    private bool _held;

    /// <summary>Begins to keep them away.</summary>
    public static HeldSignals Hold()
    {
        SignalSet mask = default;
        Span<ulong> words = mask;
        words.Fill(ulong.MaxValue);
        foreach (int signal in s_ownCauses)
            words[(signal - 1) / 64] &= ~(1UL << ((signal - 1) % 64));
        HeldSignals held = default;
        SignalSet before = default;
        held._held = Libc.pthread_sigmask(Libc.SIG_SETMASK, &mask, &before) == 0;
        held._before = before;
        return held;
    }

    /// <summary>The calling thread takes again what it took before.</summary>
    public void Dispose()
    {
        if (!_held)
            return;
        _held = false;
        SignalSet before = _before;
        _ = Libc.pthread_sigmask(Libc.SIG_SETMASK, &before, null);
    }

    // sigset_t of glibc and musl: 1024 bits, of which the kernel knows 64.
    [InlineArray(16)]
    private struct SignalSet
    {
        private ulong _word;
    }
}
