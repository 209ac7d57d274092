using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Events;

/// <summary>Waits for many descriptors at once.</summary>
/// <remarks>One thread waits; any thread may add, change and remove.</remarks>
public sealed unsafe class Epoll : IDisposable
{
    // struct epoll_event is packed to 12 bytes on x86-64 only; elsewhere the token is aligned to 8.
    internal static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    internal static readonly int TokenOffset = EventSize - 8;

    private const int MostAtOnce = 256;

    // Decided by the first call that the kernel refuses: Linux before 5.11, or an old seccomp profile.
    private static bool s_nanoseconds = true;

    private int _descriptor;

    /// <summary>Opens an empty set.</summary>
    /// <exception cref="SysException">The kernel refused: no descriptors left.</exception>
    public Epoll()
    {
        SysResult result = SysResult.Of(Libc.epoll_create1(Libc.EPOLL_CLOEXEC));
        result.ThrowOnError("open an epoll");
        _descriptor = (int)result.Value;
    }

    /// <summary>For owners whose own construction fails half-way, for want of descriptors above all.</summary>
    ~Epoll() => Linux.Descriptor.Close(ref _descriptor);

    /// <summary>The set itself is a descriptor, readable when something in it is ready.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Watches a descriptor.</summary>
    /// <param name="fd">A descriptor that can be polled.</param>
    /// <param name="interest">What to report.</param>
    /// <param name="token">Comes back with each event.</param>
    /// <exception cref="SysException">The kernel refused: already added, or its limit of watches is reached.</exception>
    public void Add(int fd, EpollInterest interest, ulong token) => Control(Libc.EPOLL_CTL_ADD, fd, interest, token).ThrowOnError($"watch descriptor {fd}");

    /// <summary>Like <see cref="Add"/>, for callers that go on when the kernel's limit is reached.</summary>
    public SysResult TryAdd(int fd, EpollInterest interest, ulong token) => Control(Libc.EPOLL_CTL_ADD, fd, interest, token);

    /// <summary>Changes what is reported about a watched descriptor; re-arms one-shot and edge-triggered interest.</summary>
    /// <exception cref="SysException">The descriptor is not watched.</exception>
    public void Modify(int fd, EpollInterest interest, ulong token) => Control(Libc.EPOLL_CTL_MOD, fd, interest, token).ThrowOnError($"watch descriptor {fd} differently");

    /// <summary>Stops watching; nothing happens when the descriptor is not watched. Closing a descriptor does the same.</summary>
    public void Remove(int fd) => _ = Control(Libc.EPOLL_CTL_DEL, fd, EpollInterest.None, 0);

    /// <summary>Waits until something is ready or the time is over.</summary>
    /// <param name="events">Filled from the front; at most 256 are used.</param>
    /// <param name="timeoutMicroseconds">0 looks only, -1 waits for ever.</param>
    /// <returns>How many events were filled in; 0 also when a signal arrived, so that the caller computes its deadline anew.</returns>
    /// <exception cref="SysException">The set is closed.</exception>
    [SkipLocalsInit]
    public int Wait(Span<EpollEvent> events, long timeoutMicroseconds)
    {
        byte* native = stackalloc byte[MostAtOnce * 16];
        SysResult result = WaitNative(native, Math.Min(events.Length, MostAtOnce), timeoutMicroseconds);
        if (!result.IsSuccess)
        {
            if (result.Errno == Errno.EINTR)
                return 0;
            result.ThrowOnError("wait for events");
        }
        int count = (int)result.Value;
        for (int i = 0; i < count; i++)
        {
            byte* one = native + i * EventSize;
            events[i] = new EpollEvent(Unsafe.ReadUnaligned<ulong>(one + TokenOffset), (EpollReady)Unsafe.ReadUnaligned<uint>(one));
        }
        return count;
    }

    /// <summary>Closes the set; the descriptors in it stay open.</summary>
    public void Dispose()
    {
        Linux.Descriptor.Close(ref _descriptor);
        GC.SuppressFinalize(this);
    }

    private SysResult Control(int operation, int fd, EpollInterest interest, ulong token)
    {
        byte* native = stackalloc byte[16];
        Unsafe.WriteUnaligned(native, (uint)interest);
        Unsafe.WriteUnaligned(native + TokenOffset, token);
        return SysResult.Of(Libc.epoll_ctl(_descriptor, operation, fd, native));
    }

    private SysResult WaitNative(byte* native, int count, long microseconds)
    {
        if (s_nanoseconds)
        {
            timespec time = new() { tv_sec = (nint)(microseconds / 1_000_000), tv_nsec = (nint)(microseconds % 1_000_000 * 1000) };
            SysResult result = SysResult.Of(Libc.epoll_pwait2(
                Libc.SYS_epoll_pwait2, _descriptor, native, count, microseconds < 0 ? null : &time, null, 0));
            if (result.Errno is not (Errno.ENOSYS or Errno.EPERM))
                return result;
            s_nanoseconds = false;
        }
        int milliseconds = microseconds < 0 ? -1 : (int)Math.Min((microseconds + 999) / 1000, int.MaxValue);
        return SysResult.Of(Libc.epoll_wait(_descriptor, native, count, milliseconds));
    }
}
