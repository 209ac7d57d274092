using System.IO;
using System.Runtime.InteropServices;

namespace Penstock.Linux.Memory;

/// <summary>Locks on single bytes of a mapped file that the kernel gives back when their holder dies.</summary>
/// <remarks>
/// Open-file-description locks (fcntl(2), F_OFD_SETLK): they belong to the open file, so two mappings of one process
/// exclude each other, and a killed process holds nothing. The bytes need not exist in the file.
/// </remarks>
public static unsafe class RangeLock
{
    private const int GetCommand = 36;
    private const int SetCommand = 37;
    private const short Shared = 0;
    private const short Exclusive = 1;
    private const short None = 2;

    /// <summary>Takes the lock on a byte if nobody else holds it.</summary>
    /// <exception cref="IOException">The file system cannot lock.</exception>
    public static bool TryTake(MappedMemory memory, long position)
    {
        FileLock request = new() { Type = Exclusive, Start = position, Length = 1 };
        if (MemoryCalls.Control(memory.Descriptor, SetCommand, &request) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        const int Again = 11, Access = 13;
        if (error is Again or Access)
            return false;
        throw new IOException($"cannot lock {memory.Path}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    /// <summary>Gives the lock back.</summary>
    public static void Release(MappedMemory memory, long position)
    {
        FileLock request = new() { Type = None, Start = position, Length = 1 };
        _ = MemoryCalls.Control(memory.Descriptor, SetCommand, &request);
    }

    /// <summary>Gives all locks of this mapping back.</summary>
    /// <remarks>
    /// Closing the file is not enough while a child process is being started: until it runs its own program it holds the
    /// open file too, and with it the locks.
    /// </remarks>
    public static void ReleaseAll(MappedMemory memory)
    {
        FileLock request = new() { Type = None };
        _ = MemoryCalls.Control(memory.Descriptor, SetCommand, &request);
    }

    /// <summary>True when another open file holds the byte; this one's own lock does not count.</summary>
    public static bool IsHeldByOther(MappedMemory memory, long position)
    {
        FileLock request = new() { Type = Exclusive, Start = position, Length = 1 };
        return MemoryCalls.Control(memory.Descriptor, GetCommand, &request) == 0 && request.Type is Exclusive or Shared;
    }
}
