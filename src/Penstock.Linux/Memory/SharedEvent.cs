using System;

namespace Penstock.Linux.Memory;

/// <summary>An eventfd that another process made and handed over, or that this one hands over.</summary>
public sealed unsafe class SharedEvent : IDisposable
{
    private const int NonBlockingCloseOnExec = 0x80800;
    private int _descriptor;

    /// <summary>Takes a descriptor over.</summary>
    public SharedEvent(int descriptor) => _descriptor = descriptor;

    /// <summary>The descriptor, for handing it over.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Makes one.</summary>
    public static SharedEvent Create() => new(MemoryCalls.EventFd(0, NonBlockingCloseOnExec));

    /// <summary>Wakes whoever waits.</summary>
    /// <returns>False when nobody holds the other end any more.</returns>
    public bool Signal()
    {
        ulong one = 1;
        return MemoryCalls.Write(_descriptor, &one, sizeof(ulong)) == sizeof(ulong);
    }

    /// <summary>Waits for a signal and takes it; false when the time is over. A negative time has no end.</summary>
    public bool Wait(TimeSpan timeout)
    {
        PollEntry entry = new() { Descriptor = _descriptor, Events = 1 };
        if (MemoryCalls.Poll(&entry, 1, (int)Math.Ceiling(timeout.TotalMilliseconds)) <= 0)
            return false;
        ulong count;
        return MemoryCalls.Read(_descriptor, &count, sizeof(ulong)) == sizeof(ulong);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        int fd = System.Threading.Interlocked.Exchange(ref _descriptor, -1);
        if (fd >= 0)
            _ = MemoryCalls.Close(fd);
    }
}
