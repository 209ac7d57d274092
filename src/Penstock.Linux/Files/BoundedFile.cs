using System;
using System.Text;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Files;

/// <summary>Reads a file by a path that is bytes, as the kernel has it: no encoding is asked of a name.</summary>
public static class BoundedFile
{
    private const int LongestName = 4096;

    /// <summary>Reads from the start to the end, or to a bound.</summary>
    /// <param name="path">Without a 0; relative paths start at the working directory.</param>
    /// <param name="most">Bytes that are read at most; a longer file is cut there.</param>
    /// <param name="bytes">What was read; empty when the call failed.</param>
    /// <returns>ENOENT, EACCES; EISDIR for a directory.</returns>
    public static SysResult Read(ReadOnlySpan<byte> path, int most, out byte[] bytes)
    {
        bytes = [];
        SysResult opened = Linux.Descriptor.Open(path, Libc.O_RDONLY | Libc.O_NOCTTY);
        if (!opened.IsSuccess)
            return opened;
        int fd = (int)opened.Value;
        byte[] buffer = new byte[most];
        int length = 0;
        SysResult read = SysResult.Ok(1);
        while (length < most && read is { IsSuccess: true, Value: > 0 })
        {
            read = Linux.Descriptor.Read(fd, buffer.AsSpan(length));
            length += (int)Math.Max(0, read.Value);
        }
        Linux.Descriptor.Close(ref fd);
        if (read.IsSuccess)
            bytes = buffer[..length];
        return read;
    }

    /// <summary>The path as messages show it: what is no UTF-8 is replaced, what is longer than any path can be is cut.</summary>
    public static string Name(ReadOnlySpan<byte> path) => Encoding.UTF8.GetString(path[..Math.Min(path.Length, LongestName)]);
}
