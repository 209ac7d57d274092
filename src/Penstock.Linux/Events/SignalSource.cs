using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Events;

/// <summary>Signals as events: a descriptor that becomes readable, and a queue of what arrived.</summary>
/// <remarks>
/// Rests on the runtime's own signal handling, not on signalfd: a signalfd sees a signal only when every thread of the
/// process blocks it, and the runtime's threads exist before any code of ours runs. While this object lives, the listed
/// signals no longer end the process; afterwards they do again. What whoever started the process had ignored (nohup, a
/// shell's &amp;) is heard all the same: the runtime would leave it ignored.
/// </remarks>
public sealed class SignalSource : IDisposable
{
    private readonly ConcurrentQueue<Signal> _arrived = new();
    private readonly EventFd _bell = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    /// <param name="signals">Which; others keep their effect.</param>
    public SignalSource(params ReadOnlySpan<Signal> signals)
    {
        _registrations = new PosixSignalRegistration[signals.Length];
        for (int i = 0; i < signals.Length; i++)
        {
            Signal signal = signals[i];

            Heed(signal);

            // A positive PosixSignal is the system's own number.
            _registrations[i] = PosixSignalRegistration.Create((PosixSignal)(int)signal, context =>
            {
                context.Cancel = true;
                _arrived.Enqueue(signal);
                _bell.Signal();
            });
        }
    }

    /// <summary>Readable while signals wait to be taken.</summary>
    public int Descriptor => _bell.Descriptor;

    /// <summary>A signal that was ignored when the process was started has its effect again; before anybody listens to it.</summary>
    public static void Heed(Signal signal)
    {
        const nint standard = 0;
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("SigIgn:", StringComparison.Ordinal)
                && (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> ((int)signal - 1) & 1) != 0)
            {
                _ = Libc.signal((int)signal, standard);
            }
        }
    }

    /// <summary>A write to a closed pipe or connection fails with EPIPE instead of ending the process.</summary>
    public static void IgnoreBrokenPipes()
    {
        const nint ignore = 1;
        _ = Libc.signal(Libc.SIGPIPE, ignore);
    }

    /// <summary>Takes the oldest signal that arrived; false, and the descriptor silent, when there is none.</summary>
    public bool TryTake(out Signal signal)
    {
        if (_arrived.TryDequeue(out signal))
            return true;

        // Silence first, look again after: a signal between the two rings the bell anew.
        _bell.Drain();
        return _arrived.TryDequeue(out signal);
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _bell.Dispose();
    }
}
