using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace Penstock.Cli.HyperAmp;

/// <summary>SIGINT and SIGTERM as an event.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly ManualResetEventSlim _asked = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public StopSignal()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
    }

    /// <summary>Waits for either, or for the time to pass; true when one came.</summary>
    public bool Wait(TimeSpan time) => _asked.Wait(time);

    /// <summary>True once either came, or <see cref="Set"/> was called.</summary>
    public bool IsSet => _asked.IsSet;

    /// <summary>Does what a signal does.</summary>
    public void Set() => _asked.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _asked.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        context.Cancel = true;
        _asked.Set();
    }
}
