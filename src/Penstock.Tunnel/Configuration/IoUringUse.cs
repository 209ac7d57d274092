namespace Penstock.Tunnel.Configuration;

/// <summary><c>tunnel.io-uring</c>: whether operations of many flows enter the kernel together.</summary>
public enum IoUringUse
{
    /// <summary>Where the kernel has it, and the device was opened here: a sandbox that lends one may end a process for asking.</summary>
    Auto,

    /// <summary>Where the kernel has it.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}
