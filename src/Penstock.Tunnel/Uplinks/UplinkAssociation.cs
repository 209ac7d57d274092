using Penstock.Tunnel.Udp;

namespace Penstock.Tunnel.Uplinks;

/// <summary>What relays the datagrams of one source, whatever carries it.</summary>
/// <remarks>
/// Used on one shard's thread. Readiness is edge-like, as for <see cref="UplinkStream"/>. When a method finds that the
/// association is over, the owner has been told by the time it returns.
/// </remarks>
/// <param name="owner">The first owner.</param>
/// <param name="begun">Now, in microseconds.</param>
internal abstract class UplinkAssociation(IAssociationOwner owner, long begun)
{
    /// <summary>Who is told what happens.</summary>
    protected IAssociationOwner Owner { get; private set; } = owner;

    /// <summary>When it was made, in microseconds.</summary>
    public long Begun => begun;

    /// <summary>How many have been its owner so far.</summary>
    public int Owners { get; private set; } = 1;

    /// <summary>The connection to the proxy stands, and nothing has come on it: asks the kernel.</summary>
    public abstract bool IsQuiet { get; }

    /// <summary>Another is told from now on.</summary>
    public void HandTo(IAssociationOwner next)
    {
        Owner = next;
        Owners++;
    }

    /// <summary>Bytes of the largest message that the relay takes, header included; meaningful once open.</summary>
    public abstract int LargestMessage { get; }

    /// <summary>Starts to open; the owner hears of the outcome, never from within this call.</summary>
    public abstract void Open();

    /// <summary>Sends the queue's datagrams and drops what was sent; false when the rest has to wait for the owner's call.</summary>
    public abstract bool Flush(ref DatagramQueue queue);

    /// <summary>Delivers what one call brings; true when there may be more. The next call uses the same memory.</summary>
    public abstract bool Receive();

    /// <summary>Closes for good.</summary>
    public abstract void Close();
}
