using System.Threading;

namespace Penstock.HyperAmp.Ring;

/// <summary>A session that the backend has given an id.</summary>
/// <remarks>
/// Answers in a session carry no number, so one exchange at a time, and after a time-out the session is quarantined:
/// the late answer must come first, or it would be taken for the next one's.
/// </remarks>
public sealed class RingSession
{
    private int _owed;

    internal RingSession(ushort frontend, ushort backend, SessionCreate parameters)
    {
        Frontend = frontend;
        Backend = backend;
        Parameters = parameters;
    }

    /// <summary>Our id.</summary>
    public ushort Frontend { get; }

    /// <summary>The backend's id.</summary>
    public ushort Backend { get; }

    /// <summary>What the backend answered.</summary>
    public SessionCreate Parameters { get; }

    /// <summary>True while an answer is outstanding that nobody waits for.</summary>
    public bool IsQuarantined => Volatile.Read(ref _owed) != 0;

    internal Lock Turn { get; } = new();

    internal void Owe() => Interlocked.Increment(ref _owed);

    internal bool TryPay()
    {
        int owed = Volatile.Read(ref _owed);
        return owed > 0 && Interlocked.CompareExchange(ref _owed, owed - 1, owed) == owed;
    }
}
