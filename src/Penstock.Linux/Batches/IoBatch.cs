using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Batches;

/// <summary>Reads and writes of many descriptors that enter the kernel together.</summary>
/// <remarks>
/// <code>
///   Begin(descriptor, Write), AddCopy(headers), Add(text), Add(text)      one write
///   Begin(descriptor, Receive), AddRoom(buffer)                           a receive
///   Submit                                                                all of them, in order
///   ResultOf(0), ResultOf(1)                                              what each gave
/// </code>
/// Whoever is woken by an operation takes the processor when the caller returns from the kernel: with a call for each
/// operation that is after each of them, with a batch after the last. Where the kernel has no io_uring, Submit makes a
/// call for each. Nothing waits: a descriptor that is not ready gives EAGAIN. Used by the thread that made it alone.
/// </remarks>
public sealed unsafe class IoBatch : IDisposable
{
    /// <summary>Operations in a batch at most.</summary>
    public const int Capacity = 64;

    /// <summary>Parts of an operation at most, a copied one included.</summary>
    public const int MostParts = 34;

    /// <summary>Bytes of an operation that can be copied.</summary>
    public const int MostCopied = 288;

    private readonly IoRing? _ring;
    private readonly Item* _items;
    private readonly SysResult[] _results = new SysResult[Capacity];
    private bool _devicesNeedCalls;
    private bool _disposed;

    private struct Item
    {
        internal msghdr Message;
        internal int Descriptor;
        internal BatchOperation Operation;
        internal int Copied;
        internal fixed byte Copy[MostCopied];
        internal Parts Vectors;
    }

    [InlineArray(MostParts)]
    private struct Parts
    {
        internal IoVector First;
    }

    /// <summary>Makes a batch on the thread that will use it.</summary>
    /// <param name="useRing">False makes a call for each operation, whatever the kernel has.</param>
    public IoBatch(bool useRing = true)
    {
        if (useRing)
            _ = IoRing.TryCreate(Capacity, out _ring);
        _items = (Item*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(Item));
    }

    /// <summary>Whether the kernel gives an io_uring, or why it does not: ENOSYS, or EPERM where it is switched off.</summary>
    public static SysResult ProbeRing()
    {
        SysResult made = IoRing.TryCreate(Capacity, out IoRing? ring);
        if (ring is null)
            return made;
        ring.Add() = default; // IORING_OP_NOP: a filter may let a ring be made and not be entered
        made = ring.Submit() == 1 ? made : SysResult.Failed(Errno.EPERM);
        ring.Dispose();
        return made;
    }

    /// <summary>True when a batch is one call, false when it is a call for each operation.</summary>
    public bool IsOneCall => _ring is not null;

    /// <summary>The same for those of devices, which some kernels refuse to do without waiting: known after the first of them.</summary>
    public bool IsOneCallForDevices => IsOneCall && !_devicesNeedCalls;

    /// <summary>Operations since <see cref="Clear"/>.</summary>
    public int Count { get; private set; }

    /// <summary>There is no room for another operation.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>Begins an operation.</summary>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public void Begin(int descriptor, BatchOperation operation)
    {
        Item* item = ItemAt(Count);
        Count++;
        item->Descriptor = descriptor;
        item->Operation = operation;
        item->Copied = 0;
        item->Message.msg_iovlen = 0;
    }

    /// <summary>Adds bytes that are copied now: headers.</summary>
    /// <param name="bytes"><see cref="MostCopied"/> in all for one operation.</param>
    /// <exception cref="ArgumentException">More than that.</exception>
    public void AddCopy(ReadOnlySpan<byte> bytes)
    {
        Item* item = ItemAt(Count - 1);
        Span<byte> room = new(item->Copy + item->Copied, MostCopied - item->Copied);
        bytes.CopyTo(room);
        item->Copied += bytes.Length;
        Add(room[..bytes.Length]);
    }

    /// <summary>Adds bytes to be written, which stay where they are until <see cref="Submit"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">More than <see cref="MostParts"/>.</exception>
    public void Add(ReadOnlySpan<byte> unmovable)
    {
        if (unmovable.IsEmpty)
            return;
        Item* item = ItemAt(Count - 1);
        Span<IoVector> vectors = item->Vectors;
        ref IoVector vector = ref vectors[(int)item->Message.msg_iovlen];
        vector.iov_base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(unmovable));
        vector.iov_len = (nuint)unmovable.Length;
        item->Message.msg_iovlen++;
    }

    /// <summary>Adds memory to be filled, which stays where it is until <see cref="Submit"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">More than <see cref="MostParts"/>.</exception>
    public void AddRoom(Span<byte> unmovable) => Add(unmovable);

    /// <summary>Runs the operations, in order: those of devices, or those of sockets.</summary>
    public void Submit()
    {
        int begun = _ring is not null && Count > 1 && (IsOneCallForDevices || !IsOfDevice(_items[0].Operation)) ? SubmitToRing(_ring) : 0;
        for (int i = begun; i < Count; i++)
            _results[i] = Call(&_items[i]);
    }

    /// <summary>Bytes moved, or why none were: EAGAIN without room or without data.</summary>
    public SysResult ResultOf(int index) => _results[index];

    /// <summary>Forgets all operations.</summary>
    public void Clear() => Count = 0;

    /// <summary>Gives the ring and the memory back.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _ring?.Dispose();
        NativeMemory.Free(_items);
    }

    private static bool IsOfDevice(BatchOperation operation) => operation is BatchOperation.Read or BatchOperation.Write;

    private Item* ItemAt(int index) => (uint)index < Capacity
        ? &_items[index]
        : throw new InvalidOperationException($"operation {index} of a batch of {Capacity}");

    private int SubmitToRing(IoRing ring)
    {
        for (int i = 0; i < Count; i++)
            Describe(ref ring.Add(), &_items[i], i);
        int taken = ring.Submit();
        for (int open = taken; open > 0;)
        {
            if (ring.TryTake(out ulong tag, out int result))
            {
                _results[(int)tag] = result >= 0 ? SysResult.Ok(result) : SysResult.Failed(-result);
                open--;
            }
            else
            {
                ring.Await(open).ThrowOnError("wait for operations to end");
            }
        }
        for (int i = 0; i < taken; i++)
        {
            // A signal came; or a device cannot promise not to wait although its descriptor says so, which TUN can since
            // Linux 6.4; or an old kernel lacks the operation. Nothing was moved.
            if (_results[i].Errno is not (Errno.EINTR or Errno.EOPNOTSUPP or Errno.EINVAL))
                continue;
            _devicesNeedCalls |= _results[i].Errno == Errno.EOPNOTSUPP;
            _results[i] = Call(&_items[i]);
        }
        return taken;
    }

    private static void Describe(ref io_uring_sqe entry, Item* item, int index)
    {
        IoVector* vectors = (IoVector*)&item->Vectors;
        entry.fd = item->Descriptor;
        entry.user_data = (ulong)index;
        entry.addr = (ulong)vectors;
        entry.len = (uint)item->Message.msg_iovlen;
        bool isSend = item->Operation == BatchOperation.Send;
        if (IsOfDevice(item->Operation))
        {
            entry.msg_flags = Libc.RWF_NOWAIT;
            bool isRead = item->Operation == BatchOperation.Read;
            if (item->Message.msg_iovlen != 1)
            {
                entry.opcode = isRead ? Libc.IORING_OP_READV : Libc.IORING_OP_WRITEV;
                return;
            }
            entry.opcode = isRead ? Libc.IORING_OP_READ : Libc.IORING_OP_WRITE;
            entry.addr = (ulong)vectors->iov_base;
            entry.len = (uint)vectors->iov_len;
            return;
        }
        entry.msg_flags = (uint)(isSend ? Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL : Libc.MSG_DONTWAIT);
        if (item->Message.msg_iovlen == 1)
        {
            entry.opcode = isSend ? Libc.IORING_OP_SEND : Libc.IORING_OP_RECV;
            entry.addr = (ulong)vectors->iov_base;
            entry.len = (uint)vectors->iov_len;
            return;
        }
        item->Message.msg_iov = vectors;
        entry.opcode = isSend ? Libc.IORING_OP_SENDMSG : Libc.IORING_OP_RECVMSG;
        entry.addr = (ulong)&item->Message;
        entry.len = 1;
    }

    private static SysResult Call(Item* item)
    {
        IoVector* vectors = (IoVector*)&item->Vectors;
        int count = (int)item->Message.msg_iovlen;
        item->Message.msg_iov = vectors;
        SysResult result;
        while (SysResult.Interrupted(
            item->Operation switch
            {
                BatchOperation.Read => Libc.readv(item->Descriptor, vectors, count),
                BatchOperation.Write => Libc.writev(item->Descriptor, vectors, count),
                BatchOperation.Receive => Libc.recvmsg(item->Descriptor, &item->Message, Libc.MSG_DONTWAIT),
                _ => Libc.sendmsg(item->Descriptor, &item->Message, Libc.MSG_DONTWAIT | Libc.MSG_NOSIGNAL),
            },
            out result))
        {
        }
        return result;
    }
}
