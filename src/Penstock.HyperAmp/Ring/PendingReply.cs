using System.Threading;

namespace Penstock.HyperAmp.Ring;

/// <summary>A call that waits for its answer: what the answer must look like, and the answer.</summary>
/// <remarks>
/// <code>
///   free ── caller ──► preparing ── caller ──► waiting ── dispatcher ──► done ── caller ──► free
///                                                 └────── caller gives up ─────────────────► free
/// </code>
/// </remarks>
internal sealed class PendingReply
{
    private const int Free = 0;
    private const int Preparing = 1;
    private const int Waiting = 2;
    private const int Filling = 3;
    private const int Done = 4;

    private int _state;
    private MessageHeader _expected;
    private ReplyMatch _match;

    public byte[] Payload { get; } = new byte[RingGeometry.StandardBlockSize];

    public MessageHeader Header { get; private set; }

    public bool IsDone => Volatile.Read(ref _state) == Done;

    public bool TryTake() => Volatile.Read(ref _state) == Free && Interlocked.CompareExchange(ref _state, Preparing, Free) == Free;

    public void Expect(in MessageHeader expected, ReplyMatch match)
    {
        _expected = expected;
        _match = match;
        Volatile.Write(ref _state, Waiting);
    }

    /// <summary>Fills in the answer if it is this call's.</summary>
    public bool TryComplete(in MessageHeader header, System.ReadOnlySpan<byte> payload)
    {
        if (Volatile.Read(ref _state) != Waiting || header.Type != _expected.Type
            || (_match != ReplyMatch.TypeAlone && header.Frontend != _expected.Frontend)
            || (_match == ReplyMatch.BothIds && header.Backend != _expected.Backend))
            return false;
        if (Interlocked.CompareExchange(ref _state, Filling, Waiting) != Waiting)
            return false;
        Header = header;
        payload.CopyTo(Payload);
        Volatile.Write(ref _state, Done);
        return true;
    }

    /// <summary>Ends the wait.</summary>
    /// <returns>False when the answer has come after all.</returns>
    public bool TryAbandon()
    {
        if (Interlocked.CompareExchange(ref _state, Free, Waiting) == Waiting)
            return true;
        SpinWait spin = default;
        while (!IsDone)
            spin.SpinOnce();
        return false;
    }

    public void Return() => Volatile.Write(ref _state, Free);
}
