using Penstock.Linux;
using Penstock.Linux.Batches;

namespace Penstock.Tunnel.Uplinks;

/// <summary>A stream to the destination of one flow, whatever carries it.</summary>
/// <remarks>Used on one shard's thread. Readiness is edge-like: a stream reports it once until a call would block.</remarks>
public abstract class UplinkStream
{
    /// <summary>Starts to open; the owner hears of the outcome, never from within this call.</summary>
    public abstract void Open();

    /// <summary>Sends what fits; the value is the number of bytes taken, EAGAIN means none.</summary>
    public abstract SysResult Send(ref GatherList pieces);

    /// <summary>
    /// Begins a <see cref="BatchOperation.Send"/> or <see cref="BatchOperation.Receive"/> in a batch, with the results of
    /// <see cref="Send"/> and <see cref="Receive"/>; false where the carrier has no descriptor of its own.
    /// </summary>
    public virtual bool TryBegin(IoBatch batch, BatchOperation operation) => false;

    /// <summary>Receives what is there; 0 bytes is the end of the stream, EAGAIN means nothing yet.</summary>
    public abstract SysResult Receive(ref ScatterList pieces);

    /// <summary>True once the far side has closed or failed: a short receive is then not the last one.</summary>
    public abstract bool EndIsNear { get; }

    /// <summary>Says that no more text will be sent.</summary>
    public abstract void ShutdownSend();

    /// <summary>Acknowledges at once what has arrived; false where there is nobody to acknowledge it to.</summary>
    public abstract bool AcknowledgeNow();

    /// <summary>Closes for good: by RST when <paramref name="reset"/>, else after what was sent.</summary>
    public abstract void Close(bool reset);
}
