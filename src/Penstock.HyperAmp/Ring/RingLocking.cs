namespace Penstock.HyperAmp.Ring;

/// <summary>How a ring's ends keep out of each other's way.</summary>
public enum RingLocking
{
    /// <summary>
    /// One producer and one consumer per ring: each owns its index, and the lock word is left alone. Right for peers
    /// whose lock is none (read, write, read back) and for memory without compare-exchange. Threads of one process
    /// may share a role: they take turns within the process.
    /// </summary>
    SingleRole,

    /// <summary>Any number of processes per role, all of which take the lock word by compare-exchange.</summary>
    Interlocked,
}
