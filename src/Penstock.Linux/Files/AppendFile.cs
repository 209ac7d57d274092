using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Files;

/// <summary>A file or stream that only grows: every write goes behind what anybody else has written.</summary>
/// <remarks>The framework's files remember a position of their own; a log that two processes share, or that is cut
/// while it is open, needs the kernel's O_APPEND.</remarks>
public sealed class AppendFile : IDisposable
{
    private readonly bool _owns;
    private int _fd;

    private AppendFile(int fd, bool owns)
    {
        _fd = fd;
        _owns = owns;
    }

    /// <summary>The descriptor; closed on exec when it is ours.</summary>
    public int Descriptor => _fd;

    /// <summary>Opens a file, and makes it, with these permissions less the umask, where it is missing.</summary>
    /// <param name="path">Relative paths start at the working directory.</param>
    /// <param name="mode">Permission bits, such as 0640 octal.</param>
    /// <param name="file">The file, or null when the call failed.</param>
    public static SysResult Open(string path, int mode, out AppendFile? file)
    {
        SysResult result = path.Contains('\0')
            ? SysResult.Failed(Errno.EINVAL)
            : Linux.Descriptor.Open(path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_NOCTTY, mode);
        file = result.IsSuccess ? new AppendFile((int)result.Value, owns: true) : null;
        return result;
    }

    /// <summary>A descriptor that is open already, such as 2; never closed here.</summary>
    public static AppendFile FromDescriptor(int descriptor) => new(descriptor, owns: false);

    /// <summary>Writes; bytes written, possibly fewer than given.</summary>
    public SysResult Write(ReadOnlySpan<byte> bytes) => Linux.Descriptor.Write(_fd, bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_owns)
            Linux.Descriptor.Close(ref _fd);
    }
}
