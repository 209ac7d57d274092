using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Penstock.Linux.Memory;

/// <summary>A UNIX stream socket that carries 8-byte numbers, each with at most one descriptor (SCM_RIGHTS, unix(7)).</summary>
public sealed unsafe class DescriptorSocket : IDisposable
{
    private const int Unix = 1;
    private const int StreamCloseOnExec = 0x80001;
    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int NoSignal = 0x4000;
    private const int CloseOnExecReceived = 0x40000000;
    private const int ControlLength = 24;

    private int _descriptor;

    private DescriptorSocket(int descriptor) => _descriptor = descriptor;

    /// <summary>Listens at a path, which only this user can connect to; a socket file without a listener is replaced.</summary>
    /// <exception cref="IOException">The path cannot be bound.</exception>
    public static DescriptorSocket Listen(string path)
    {
        // Opening a socket's file fails; what can be opened is somebody's data.
        int other = MemoryCalls.Open(path, MemoryCalls.ReadWrite | MemoryCalls.CloseOnExec | MemoryCalls.NoFollow, 0);
        if (other >= 0)
        {
            _ = MemoryCalls.Close(other);
            throw new IOException($"cannot listen at {path}: there is a file of that name");
        }
        using (DescriptorSocket? listener = TryConnect(path))
        {
            if (listener is not null)
                throw new IOException($"cannot listen at {path}: another process does");
        }
        File.Delete(path);
        DescriptorSocket socket = New();
        SocketName name = NameOf(path);
        if (MemoryCalls.Bind(socket._descriptor, &name, SocketName.Size) != 0 || MemoryCalls.Listen(socket._descriptor, 64) != 0)
            throw socket.Failure("cannot listen at", path);
        const uint OwnerOnly = 0x180;
        _ = MemoryCalls.ChangeMode(path, OwnerOnly);
        return socket;
    }

    /// <summary>Connects to a listener; null when there is none.</summary>
    public static DescriptorSocket? TryConnect(string path)
    {
        DescriptorSocket socket = New();
        SocketName name = NameOf(path);
        if (MemoryCalls.Connect(socket._descriptor, &name, SocketName.Size) == 0)
            return socket;
        socket.Dispose();
        return null;
    }

    /// <summary>Takes a connection, or null when none comes in time.</summary>
    public DescriptorSocket? TryAccept(TimeSpan timeout)
    {
        if (!IsReadable(timeout))
            return null;
        int fd = MemoryCalls.Accept(_descriptor, null, null, 0x80000);
        return fd < 0 ? null : new DescriptorSocket(fd);
    }

    /// <summary>True when something can be received, a connection or the peer's end included.</summary>
    public bool IsReadable(TimeSpan timeout)
    {
        PollEntry entry = new() { Descriptor = _descriptor, Events = 1 };
        return MemoryCalls.Poll(&entry, 1, (int)timeout.TotalMilliseconds) > 0;
    }

    /// <summary>Sends a number and, unless it is negative, a descriptor.</summary>
    public bool TrySend(long number, int descriptor)
    {
        byte* control = stackalloc byte[ControlLength];
        IoPart part = new() { Start = (nint)(&number), Length = sizeof(long) };
        MessageHead head = new() { Parts = &part, PartCount = 1 };
        if (descriptor >= 0)
        {
            *(long*)control = 20;
            *(int*)(control + 8) = SocketLevel;
            *(int*)(control + 12) = Rights;
            *(int*)(control + 16) = descriptor;
            head.Control = (nint)control;
            head.ControlLength = ControlLength;
        }
        return MemoryCalls.SendMessage(_descriptor, &head, NoSignal) == sizeof(long);
    }

    /// <summary>Receives a number and its descriptor, which is -1 when none came and otherwise the caller's to close.</summary>
    public bool TryReceive(out long number, out int descriptor)
    {
        byte* control = stackalloc byte[ControlLength];
        long received = 0;
        IoPart part = new() { Start = (nint)(&received), Length = sizeof(long) };
        MessageHead head = new() { Parts = &part, PartCount = 1, Control = (nint)control, ControlLength = ControlLength };
        nint bytes = MemoryCalls.ReceiveMessage(_descriptor, &head, CloseOnExecReceived);
        number = received;
        descriptor = head.ControlLength >= 20 && *(int*)(control + 12) == Rights ? *(int*)(control + 16) : -1;
        return bytes == sizeof(long);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        int fd = System.Threading.Interlocked.Exchange(ref _descriptor, -1);
        if (fd >= 0)
            _ = MemoryCalls.Close(fd);
    }

    private static DescriptorSocket New() => new(MemoryCalls.Socket(Unix, StreamCloseOnExec, 0));

    private static SocketName NameOf(string path)
    {
        SocketName name = new() { Family = Unix };
        if (Encoding.UTF8.GetByteCount(path) >= SocketName.PathSize)
            throw new IOException($"{path} is too long for a socket");
        Encoding.UTF8.GetBytes(path, new Span<byte>(name.Path, SocketName.PathSize));
        return name;
    }

    private IOException Failure(string what, string path)
    {
        IOException failure = new($"{what} {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        Dispose();
        return failure;
    }
}
