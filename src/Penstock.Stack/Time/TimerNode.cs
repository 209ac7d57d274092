namespace Penstock.Stack.Time;

/// <summary>Something that wants to be called at a time: derive, and arm it in a <see cref="TimerWheel"/>.</summary>
/// <remarks>The node is the list entry itself: arming and disarming allocate nothing. Single-threaded.</remarks>
public abstract class TimerNode
{
    internal const int NotArmed = -1;

    internal TimerNode? Next { get; set; }

    internal TimerNode? Previous { get; set; }

    // Level and slot in one number; NotArmed outside a wheel.
    internal int Place { get; set; } = NotArmed;

    /// <summary>When the node is due, in microseconds; <see cref="long.MaxValue"/> while it is not armed.</summary>
    public long Deadline { get; internal set; } = long.MaxValue;

    /// <summary>True while a wheel holds the node.</summary>
    public bool IsArmed => Place != NotArmed;

    /// <summary>Called once, at or after the deadline; the node is disarmed by then and may be armed again.</summary>
    /// <param name="now">The time that <see cref="TimerWheel.Advance"/> was given.</param>
    protected internal abstract void OnDue(long now);
}
