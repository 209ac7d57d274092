using System;
using System.Threading;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Notification;

/// <summary>A futex word in the side region: ringing costs a read while the service is awake, a wake when it sleeps.</summary>
/// <remarks>
/// SYNC doorbell: the service stores 1, fences, looks at the queue once more and sleeps; a sender publishes, fences (the
/// lock's release is one) and reads the word. Whoever comes second sees the other.
/// </remarks>
/// <param name="side">The side region.</param>
public sealed class FutexNotifier(SideView<MappedWords> side) : INotifier
{
    private readonly MappedWindow _window = side.Words.Window;

    /// <inheritdoc/>
    public void Ring(ushort service)
    {
        if (side.Sleep == 0)
            return;
        side.Sleep = 0;
        Futex.Wake(_window, SideView<MappedWords>.SleepOffset, 1);
    }

    /// <inheritdoc/>
    public void Arm()
    {
        side.Sleep = 1;
        Interlocked.MemoryBarrier();
    }

    /// <inheritdoc/>
    public bool IsWoken => true;

    /// <inheritdoc/>
    public void Wake()
    {
        side.Sleep = 0;
        Futex.Wake(_window, SideView<MappedWords>.SleepOffset, 1);
    }

    /// <inheritdoc/>
    public void Wait(TimeSpan timeout)
    {
        if (timeout != TimeSpan.Zero)
            _ = Futex.Wait(_window, SideView<MappedWords>.SleepOffset, 1, timeout);
        side.Sleep = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
