namespace Penstock.Tunnel.Statistics;

/// <summary>What one shard has counted; written by its thread alone, read by anyone.</summary>
/// <remarks>
/// Plain 64-bit numbers: on the platforms of Penstock a reader sees each one whole, and may see one a moment older than
/// its neighbour. Bytes to and from the TUN are whole IP packets, counted as the kernel's interface counters do.
/// </remarks>
public sealed class ShardCounters
{
#pragma warning disable CA1051 // fields: a counter is incremented in place
    /// <summary>Packets read from the TUN, before any check.</summary>
    public long PacketsFromTun;

    /// <summary>Bytes of those packets.</summary>
    public long BytesFromTun;

    /// <summary>Packets written to the TUN.</summary>
    public long PacketsToTun;

    /// <summary>Bytes of those packets.</summary>
    public long BytesToTun;

    /// <summary>Packets that the TUN had no room for.</summary>
    public long TunWriteFull;

    /// <summary>Packets that the TUN refused for another reason.</summary>
    public long TunWriteErrors;

    /// <summary>The error number of the last refusal.</summary>
    public long TunWriteLastErrno;

    /// <summary>Text sent to uplinks.</summary>
    public long BytesToUplink;

    /// <summary>Text received from uplinks.</summary>
    public long BytesFromUplink;

    /// <summary>TCP sessions opened since the start.</summary>
    public long SessionsOpened;

    /// <summary>TCP sessions that are open.</summary>
    public long SessionsOpen;

    /// <summary>Sessions whose destination, or the way to it, refused.</summary>
    public long SessionsRefused;

    /// <summary>Sessions ended to keep a limit.</summary>
    public long SessionsEvicted;

    /// <summary>Half-open connections dropped for newer ones.</summary>
    public long HalfOpenDropped;

    /// <summary>Sessions ended because nothing moved.</summary>
    public long SessionsIdledOut;

    /// <summary>Sessions that could not be opened for want of a descriptor.</summary>
    public long SessionsWithoutDescriptor;

    /// <summary>Packets handed to the shard that owns their flow.</summary>
    public long HandedOver;

    /// <summary>Packets that the owner's mailbox had no room for.</summary>
    public long MailboxFull;

    /// <summary>Times that a session had to wait for packet memory.</summary>
    public long WaitsForMemory;

    /// <summary>UDP sources that got a session since the start.</summary>
    public long UdpSessionsOpened;

    /// <summary>UDP sessions that are open.</summary>
    public long UdpSessionsOpen;

    /// <summary>UDP sessions that found no relay: their apps were told by ICMP.</summary>
    public long UdpSessionsRefused;

    /// <summary>UDP sessions whose association ended under them; the next datagram makes a new one.</summary>
    public long UdpSessionsBroken;

    /// <summary>Datagrams sent to the proxy.</summary>
    public long DatagramsToUplink;

    /// <summary>Datagrams of the proxy that were delivered.</summary>
    public long DatagramsFromUplink;

    /// <summary>DNS queries answered here.</summary>
    public long QueriesAnswered;

    /// <summary>Datagrams dropped for want of room: a queue was full, or the memory budget reached.</summary>
    public long DatagramsWithoutRoom;

    /// <summary>Datagrams of the relay that came faster than they were taken: the socket had no room. Known once another one comes.</summary>
    public long DatagramsOverrun;

    /// <summary>Datagrams too large for the relay or for IP; their senders were told.</summary>
    public long DatagramsTooLarge;

    /// <summary>Datagrams refused because no relay takes them.</summary>
    public long DatagramsRefused;

    /// <summary>Datagrams of the relay that are cut short, fragments, or of a source that cannot be named to the app.</summary>
    public long DatagramsMalformed;

    /// <summary>Datagrams for a source that had the association before: an answer that came twice, or late.</summary>
    public long DatagramsForAnother;

    /// <summary>Times that the shard's thread was woken.</summary>
    public long WakeUps;

    /// <summary>Bytes that the shard's thread has allocated on the collector's heap, as of its last wait.</summary>
    public long AllocatedBytes;
#pragma warning restore CA1051

    /// <summary>Counts a failed write and keeps its error number for whoever logs it.</summary>
    public void TunWriteError(int errno)
    {
        TunWriteErrors++;
        TunWriteLastErrno = errno;
    }
}
