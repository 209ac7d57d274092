using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Events;

/// <summary>A descriptor that any thread makes readable: the doorbell of a thread that waits in an <see cref="Epoll"/>.</summary>
public sealed unsafe class EventFd : IDisposable
{
    private int _descriptor;

    /// <summary>Opens it, silent.</summary>
    /// <exception cref="SysException">The kernel refused: no descriptors left.</exception>
    public EventFd()
    {
        SysResult result = SysResult.Of(Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK));
        result.ThrowOnError("open an eventfd");
        _descriptor = (int)result.Value;
    }

    /// <summary>For owners whose own construction fails half-way, for want of descriptors above all.</summary>
    ~EventFd() => Linux.Descriptor.Close(ref _descriptor);

    /// <summary>What to watch for <see cref="EpollInterest.Readable"/>.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Makes it readable. Any thread, any number of times.</summary>
    public void Signal()
    {
        ulong one = 1;
        _ = Linux.Descriptor.Write(_descriptor, new ReadOnlySpan<byte>(&one, sizeof(ulong)));
    }

    /// <summary>Makes it silent again, however often it was signalled.</summary>
    public void Drain()
    {
        ulong count;
        _ = Linux.Descriptor.Read(_descriptor, new Span<byte>(&count, sizeof(ulong)));
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        Linux.Descriptor.Close(ref _descriptor);
        GC.SuppressFinalize(this);
    }
}
