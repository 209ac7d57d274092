using System.Threading;

namespace Penstock.HyperAmp.Qos;

/// <summary>A thread that waits at the gate. One per thread, so that waiting allocates nothing.</summary>
internal sealed class QosWaiter
{
    [System.ThreadStatic]
    private static QosWaiter? _mine;

    public static QosWaiter Mine => _mine ??= new();

    public SemaphoreSlim Granted { get; } = new(0);

    public int Bytes { get; set; }

    public QosWaiter? Next { get; set; }

    /// <summary>True once the room is this waiter's; guarded by the gate's lock.</summary>
    public bool IsGranted { get; set; }
}
