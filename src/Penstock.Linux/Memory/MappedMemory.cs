using System;
using System.IO;
using System.Runtime.InteropServices;

namespace Penstock.Linux.Memory;

/// <summary>A shared mapping of a file, a memory file or a device.</summary>
/// <remarks>
/// <see cref="Dispose"/> closes the descriptor, and with it gives back the locks on ranges of the file. The pages
/// themselves are unmapped when the collector finds that no window points into them any more: a thread that is late
/// then touches memory that nobody else sees, never memory that is gone.
/// </remarks>
public sealed unsafe class MappedMemory : IDisposable
{
    private readonly byte* _start;
    private readonly int _descriptor;
    private int _disposed;

    private MappedMemory(byte* start, int length, int descriptor, string path, bool created)
    {
        _start = start;
        Length = length;
        _descriptor = descriptor;
        Path = path;
        Created = created;
        GC.AddMemoryPressure(length);
    }

    /// <summary>Bytes mapped.</summary>
    public int Length { get; }

    /// <summary>What was mapped; for memory files the path under which another process of this user can open it.</summary>
    public string Path { get; }

    /// <summary>True when this call made the file, so that it holds zeros.</summary>
    public bool Created { get; }

    /// <summary>The whole mapping.</summary>
    public MappedWindow Window => new(this, _start, Length);

    /// <summary>The descriptor, for handing it to another process.</summary>
    public int FileDescriptor => _descriptor;

    internal int Descriptor => _descriptor;

    /// <summary>Opens or creates a regular file of at least <paramref name="length"/> bytes and maps that many.</summary>
    /// <param name="path">The file; a symbolic link in its last place is refused.</param>
    /// <param name="length">1 byte to 2 GiB; a shorter file is extended with zeros.</param>
    /// <param name="mode">Permission bits of a file that has to be made, 0600 or 0660.</param>
    /// <param name="group">Group that a new file is given to, or null to leave it.</param>
    /// <exception cref="IOException">The file cannot be opened, extended or mapped; the message says which and why.</exception>
    public static MappedMemory OpenFile(string path, int length, uint mode = 0x180, uint? group = null)
    {
        int flags = MemoryCalls.ReadWrite | MemoryCalls.CloseOnExec | MemoryCalls.NoFollow;
        bool created = false;
        int fd = MemoryCalls.Open(path, flags, 0);
        if (fd < 0)
        {
            fd = MemoryCalls.Open(path, flags | MemoryCalls.Create | MemoryCalls.Exclusive, mode);
            created = fd >= 0;
            if (fd < 0)
                fd = MemoryCalls.Open(path, flags, 0);
        }
        if (fd < 0)
            throw Failure("cannot open", path);
        if (created)
        {
            _ = MemoryCalls.ChangeMode(fd, mode);
            if (group is { } id && MemoryCalls.ChangeOwner(fd, uint.MaxValue, id) != 0)
                throw FailureAfter("cannot give to the group", path, fd);
        }
        if (MemoryCalls.Seek(fd, 0, 2) < length && MemoryCalls.Truncate(fd, length) != 0)
            throw FailureAfter("cannot extend", path, fd);
        return Map(fd, 0, length, path, created);
    }

    /// <summary>Creates and maps an anonymous memory file, which lives as long as somebody holds it.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static MappedMemory CreateAnonymous(string name, int length)
    {
        int fd = MemoryCalls.CreateMemory(name, MemoryCalls.MemfdCloseOnExec);
        string path = $"/proc/{Environment.ProcessId}/fd/{fd}";
        if (fd < 0)
            throw Failure("cannot create the memory file", name);
        if (MemoryCalls.Truncate(fd, length) != 0)
            throw FailureAfter("cannot size", path, fd);
        return Map(fd, 0, length, path, true);
    }

    /// <summary>Maps a range of a device such as <c>/dev/mem</c> or a PCI resource, or of a file that must exist.</summary>
    /// <param name="path">The device.</param>
    /// <param name="offset">Where the range begins, in whole pages.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="uncached">Opens with O_SYNC, which asks <c>/dev/mem</c> for an uncached mapping.</param>
    /// <exception cref="IOException">The device cannot be opened or mapped.</exception>
    public static MappedMemory OpenDevice(string path, long offset, int length, bool uncached)
    {
        int flags = MemoryCalls.ReadWrite | MemoryCalls.CloseOnExec | (uncached ? MemoryCalls.Sync : 0);
        int fd = MemoryCalls.Open(path, flags, 0);
        if (fd < 0)
            throw Failure("cannot open", path);
        return Map(fd, offset, length, path, false);
    }

    /// <summary>A part of the mapping.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is not within the mapping.</exception>
    public MappedWindow Slice(long offset, int length) => Window.Slice(offset, length);

    /// <summary>Closes the descriptor; the pages go with the last window.</summary>
    public void Dispose()
    {
        if (System.Threading.Interlocked.Exchange(ref _disposed, 1) == 0)
            _ = MemoryCalls.Close(_descriptor);
    }

    /// <summary>Unmaps.</summary>
    ~MappedMemory()
    {
        Dispose();
        _ = MemoryCalls.Unmap((nint)_start, (nuint)Length);
        GC.RemoveMemoryPressure(Length);
    }

    private static MappedMemory Map(int fd, long offset, int length, string path, bool created)
    {
        nint start = MemoryCalls.Map(
            0, (nuint)length, MemoryCalls.ProtRead | MemoryCalls.ProtWrite, MemoryCalls.MapShared, fd, offset);
        if (start == -1)
            throw FailureAfter("cannot map", path, fd);
        return new MappedMemory((byte*)start, length, fd, path, created);
    }

    private static IOException Failure(string what, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{what} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    private static IOException FailureAfter(string what, string path, int fd)
    {
        IOException failure = Failure(what, path);
        _ = MemoryCalls.Close(fd);
        return failure;
    }
}
