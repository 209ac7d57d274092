using System.Threading;

namespace Penstock.Proxy;

/// <summary>A worker's counters: one writer, read by anyone, exact only when the worker rests.</summary>
internal sealed class WorkerCounters
{
    internal long Open;
    internal long Accepted;
    internal long Refused;
    internal long Connected;
    internal long Associated;
    internal long Failed;
    internal long Resets;
    internal long BytesUp;
    internal long BytesDown;
    internal long DatagramsUp;
    internal long DatagramsDown;
    internal long DatagramCalls;

    internal SocksServerCounters Snapshot() => new(
        Volatile.Read(ref Open),
        Volatile.Read(ref Accepted),
        Volatile.Read(ref Refused),
        Volatile.Read(ref Connected),
        Volatile.Read(ref Associated),
        Volatile.Read(ref Failed),
        Volatile.Read(ref Resets),
        Volatile.Read(ref BytesUp),
        Volatile.Read(ref BytesDown),
        Volatile.Read(ref DatagramsUp),
        Volatile.Read(ref DatagramsDown));
}
