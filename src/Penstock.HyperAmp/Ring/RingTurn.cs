using System.Runtime.CompilerServices;
using System.Threading;

namespace Penstock.HyperAmp.Ring;

/// <summary>Turns of one process's threads at one end of a ring.</summary>
/// <remarks>
/// Leaving is a release store instead of an interlocked operation: that would wait until the message's own stores have
/// reached the other processor, which costs more than everything else on the path.
/// </remarks>
internal struct RingTurn
{
    private int _isTaken;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter() => Volatile.Read(ref _isTaken) == 0 && Interlocked.CompareExchange(ref _isTaken, 1, 0) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (!TryEnter())
            EnterContended();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _isTaken, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        SpinWait spin = default;
        while (!TryEnter())
            spin.SpinOnce();
    }
}
