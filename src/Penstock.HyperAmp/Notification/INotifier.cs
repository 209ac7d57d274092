using System;

namespace Penstock.HyperAmp.Notification;

/// <summary>Tells a service that a chain was handed over, and lets a service wait to be told.</summary>
/// <remarks>
/// A hint, never a promise: a service looks at the queue at least once a millisecond whatever its notifier says, since a
/// legacy peer rings none of ours.
/// </remarks>
public interface INotifier : IDisposable
{
    /// <summary>Rings. From any thread.</summary>
    /// <param name="service">The service id of a message of the chain; some doorbells carry it.</param>
    void Ring(ushort service);

    /// <summary>Says that the service is about to sleep: from here on a ring must end <see cref="Wait"/>.</summary>
    void Arm();

    /// <summary>Sleeps until rung, or until the time is over. The service's own thread.</summary>
    /// <param name="timeout">Infinite only where <see cref="IsWoken"/>.</param>
    void Wait(TimeSpan timeout);

    /// <summary>True when <see cref="Wake"/> ends <see cref="Wait"/>; others nap, and look when they have slept.</summary>
    bool IsWoken { get; }

    /// <summary>Ends <see cref="Wait"/> from another thread of the service, whatever a peer has written.</summary>
    void Wake();
}
