namespace Penstock.Linux.Batches;

/// <summary>What an operation of an <see cref="IoBatch"/> does with its descriptor; none of them waits.</summary>
public enum BatchOperation : byte
{
    /// <summary>readv: one packet of a device.</summary>
    Read,

    /// <summary>writev: one packet of a device.</summary>
    Write,

    /// <summary>recvmsg on a stream socket.</summary>
    Receive,

    /// <summary>sendmsg on a stream socket, without SIGPIPE.</summary>
    Send,
}
