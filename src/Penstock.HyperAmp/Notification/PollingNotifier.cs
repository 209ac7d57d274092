using System;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Notification;

/// <summary>Rings nobody; the service naps and looks.</summary>
public sealed class PollingNotifier : INotifier
{
    /// <inheritdoc/>
    public void Ring(ushort service)
    {
    }

    /// <inheritdoc/>
    public void Arm()
    {
    }

    /// <inheritdoc/>
    public bool IsWoken => false;

    /// <inheritdoc/>
    public void Wake()
    {
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan timeout) => Processor.Nap(timeout);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
