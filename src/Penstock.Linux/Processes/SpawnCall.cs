using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Processes;

/// <summary>One call of posix_spawn: its arguments in native memory, in the order in which the child applies them.</summary>
/// <remarks>
/// posix_spawn and not fork: a forked copy of this process would have one thread and a broken runtime.
/// 1. signals: none blocked, SIGPIPE as a program expects it (the runtime ignores it, and ignoring is inherited).
/// 2. a session of its own, a working directory.
/// 3. descriptors: streams, those that are passed on, and every other closed.
/// </remarks>
internal sealed unsafe class SpawnCall(ChildRequest request)
{
    // Larger than posix_spawnattr_t (336) and posix_spawn_file_actions_t (80) of any C library.
    private const int OpaqueLength = 1024;
    private const int SignalSetLength = 128;

    private readonly List<nint> _strings = [];

    internal SysResult Run(out int id)
    {
        byte* attributes = stackalloc byte[OpaqueLength];
        byte* actions = stackalloc byte[OpaqueLength];
        _ = Libc.posix_spawnattr_init(attributes);
        _ = Libc.posix_spawn_file_actions_init(actions);
        try
        {
            SetSignals(attributes);
            if (request.WorkingDirectory is { } directory)
                _ = Libc.posix_spawn_file_actions_addchdir_np(actions, Text(directory));
            SetDescriptors(actions);
            byte** argv = Vector(request.Arguments, null);
            byte** environment = Vector(request.Environment, InheritedEnvironment());
            int pid = 0;
            int errno = Libc.posix_spawn(&pid, Text(request.Path), actions, attributes, argv, environment);
            id = pid;
            return errno == 0 ? SysResult.Ok(pid) : SysResult.Failed(errno);
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
            foreach (nint text in _strings)
                NativeMemory.Free((void*)text);
        }
    }

    private void SetSignals(byte* attributes)
    {
        byte* signals = stackalloc byte[SignalSetLength];
        new Span<byte>(signals, SignalSetLength).Clear();
        _ = Libc.posix_spawnattr_setsigmask(attributes, signals);
        signals[(Libc.SIGPIPE - 1) / 8] = 1 << ((Libc.SIGPIPE - 1) % 8);
        _ = Libc.posix_spawnattr_setsigdefault(attributes, signals);
        int flags = Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK | (request.NewSession ? Libc.POSIX_SPAWN_SETSID : 0);
        _ = Libc.posix_spawnattr_setflags(attributes, (short)flags);
    }

    private void SetDescriptors(byte* actions)
    {
        // First out of the way of the numbers that they are to get, then into place: any order of numbers works.
        const int aside = 512;
        for (int i = 0; i < request.Descriptors.Count; i++)
            _ = Libc.posix_spawn_file_actions_adddup2(actions, request.Descriptors[i], aside + i);
        for (int i = 0; i < request.Descriptors.Count; i++)
            _ = Libc.posix_spawn_file_actions_adddup2(actions, aside + i, 3 + i);
        for (int i = 0; i < 3 && request.NullStreams; i++)
            _ = Libc.posix_spawn_file_actions_addopen(actions, i, Text("/dev/null"), Libc.O_RDWR, 0);
        CloseFrom(actions, 3 + request.Descriptors.Count);
    }

    /// <summary>Our own descriptors close on exec; those that this process inherited, or a library opened, may not.</summary>
    private static void CloseFrom(byte* actions, int first)
    {
        try
        {
            _ = Libc.posix_spawn_file_actions_addclosefrom_np(actions, first);
        }
        catch (EntryPointNotFoundException)
        {
            foreach (string path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
            {
                if (int.TryParse(Path.GetFileName(path), out int fd) && fd >= first)
                    _ = Libc.posix_spawn_file_actions_addclose(actions, fd);
            }
        }
    }

    private byte** Vector(IReadOnlyList<string> texts, byte** rest)
    {
        int restCount = 0;
        while (rest != null && rest[restCount] != null)
            restCount++;
        byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)(texts.Count + restCount + 1), (nuint)sizeof(byte*));
        _strings.Add((nint)vector);
        for (int i = 0; i < texts.Count; i++)
            vector[i] = Text(texts[i]);
        for (int i = 0; i < restCount; i++)
            vector[texts.Count + i] = rest[i];
        return vector;
    }

    private byte* Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        byte* native = (byte*)NativeMemory.AllocZeroed((nuint)length + 1);
        _strings.Add((nint)native);
        Encoding.UTF8.GetBytes(text, new Span<byte>(native, length));
        return native;
    }

    /// <summary>The C library's own environment: bytes that are no UTF-8 pass unchanged.</summary>
    private static byte** InheritedEnvironment() =>
        *(byte***)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "environ");
}
