namespace Penstock.HyperAmp.Configuration;

/// <summary>How a sender tells the service that a chain was handed over.</summary>
public enum NotifyMode
{
    /// <summary>Not at all: the service polls.</summary>
    Poll,

    /// <summary>A futex word in the side region.</summary>
    Futex,

    /// <summary>An eventfd that the service hands out over a UNIX socket beside the region.</summary>
    EventFd,

    /// <summary>The hypervisor's devices: <c>/dev/hvisor</c> to ring, <c>/dev/hshm0</c> to be rung.</summary>
    Hvisor,

    /// <summary>The hypervisor's doorbell page in physical memory, <c>/dev/hshm0</c> to be rung.</summary>
    Mmio,

    /// <summary>The doorbell register of an ivshmem device.</summary>
    Ivshmem,
}
