using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Penstock.Linux.Memory;

/// <summary>A character device that is rung by an ioctl with three words, or that is polled to be rung.</summary>
public sealed unsafe class DoorbellDevice : IDisposable
{
    private int _descriptor;

    private DoorbellDevice(int descriptor, string path)
    {
        _descriptor = descriptor;
        Path = path;
    }

    /// <summary>The device.</summary>
    public string Path { get; }

    /// <summary>Opens a device, once for its whole life.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static DoorbellDevice Open(string path)
    {
        int fd = MemoryCalls.Open(path, MemoryCalls.ReadWrite | MemoryCalls.CloseOnExec, 0);
        return fd >= 0
            ? new DoorbellDevice(fd, path)
            : throw new IOException($"cannot open {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Calls the device with three 64-bit words.</summary>
    /// <returns>False when it refuses.</returns>
    public bool Ring(uint request, ulong first, ulong second, ulong third)
    {
        ulong* words = stackalloc ulong[3] { first, second, third };
        return MemoryCalls.Control(_descriptor, request, words) >= 0;
    }

    /// <summary>Waits until the device is readable.</summary>
    /// <returns>False when the time is over.</returns>
    public bool Wait(TimeSpan timeout)
    {
        const short Readable = 1;
        PollEntry entry = new() { Descriptor = _descriptor, Events = Readable };
        return MemoryCalls.Poll(&entry, 1, (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 0, int.MaxValue)) > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        int fd = System.Threading.Interlocked.Exchange(ref _descriptor, -1);
        if (fd >= 0)
            _ = MemoryCalls.Close(fd);
    }
}
