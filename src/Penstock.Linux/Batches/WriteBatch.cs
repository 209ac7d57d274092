using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Batches;

/// <summary>Writes to many descriptors that enter the kernel together.</summary>
/// <remarks>
/// <code>
///   Begin(descriptor), AddCopy(headers), Add(text), Add(text)      one write
///   Begin(descriptor), Add(text)                                   another
///   Submit                                                         all of them, in order
///   ResultOf(0), ResultOf(1)                                       what each gave
/// </code>
/// A thread that is woken by one write takes the processor when the writer returns from the kernel: with a call for each
/// write after each of them, with a batch after the last. Where the kernel has no io_uring, Submit makes a call for each.
/// Nothing waits: a descriptor without room gives EAGAIN. Used by the thread that made it alone.
/// </remarks>
public sealed unsafe class WriteBatch : IDisposable
{
    /// <summary>Writes in a batch at most.</summary>
    public const int Capacity = 64;

    /// <summary>Parts of a write at most, a copied one included.</summary>
    public const int MostParts = 34;

    /// <summary>Bytes of a write that can be copied.</summary>
    public const int MostCopied = 288;

    private const int SendFlags = Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT;
    private readonly IoRing? _ring;
    private readonly Item* _items;
    private readonly SysResult[] _results = new SysResult[Capacity];
    private bool _disposed;

    private struct Item
    {
        internal msghdr Message;
        internal int Descriptor;
        internal bool IsSocket;
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
    public WriteBatch()
    {
        RingError = IoRing.TryCreate(Capacity, out _ring);
        _items = (Item*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(Item));
    }

    /// <summary>Why the kernel gives no io_uring; success when it does.</summary>
    public SysResult RingError { get; }

    /// <summary>Writes since <see cref="Clear"/>.</summary>
    public int Count { get; private set; }

    /// <summary>There is no room for another write.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>Begins a write to a descriptor that does not block.</summary>
    public void Begin(int descriptor, bool isSocket)
    {
        Item* item = &_items[Count++];
        item->Descriptor = descriptor;
        item->IsSocket = isSocket;
        item->Copied = 0;
        item->Message.msg_iovlen = 0;
    }

    /// <summary>Adds bytes that are copied now: headers.</summary>
    /// <param name="bytes"><see cref="MostCopied"/> in all for one write.</param>
    /// <exception cref="ArgumentException">More than that.</exception>
    public void AddCopy(ReadOnlySpan<byte> bytes)
    {
        Item* item = &_items[Count - 1];
        Span<byte> room = new(item->Copy + item->Copied, MostCopied - item->Copied);
        bytes.CopyTo(room);
        item->Copied += bytes.Length;
        Add(room[..bytes.Length]);
    }

    /// <summary>Adds bytes that stay where they are until <see cref="Submit"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">More than <see cref="MostParts"/>.</exception>
    public void Add(ReadOnlySpan<byte> unmovable)
    {
        if (unmovable.IsEmpty)
            return;
        Item* item = &_items[Count - 1];
        Span<IoVector> vectors = item->Vectors;
        ref IoVector vector = ref vectors[(int)item->Message.msg_iovlen];
        vector.iov_base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(unmovable));
        vector.iov_len = (nuint)unmovable.Length;
        item->Message.msg_iovlen++;
    }

    /// <summary>Makes the writes, in order.</summary>
    public void Submit()
    {
        int begun = _ring is not null && Count > 1 ? SubmitToRing(_ring) : 0;
        for (int i = begun; i < Count; i++)
            _results[i] = Call(&_items[i]);
    }

    /// <summary>Bytes written, or why none were: EAGAIN without room.</summary>
    public SysResult ResultOf(int index) => _results[index];

    /// <summary>Forgets all writes.</summary>
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
                ring.Await().ThrowOnError("wait for writes to end");
            }
        }
        for (int i = 0; i < taken; i++)
        {
            if (_results[i].Errno == Errno.EINTR)
                _results[i] = Call(&_items[i]);
        }
        return taken;
    }

    private static void Describe(ref io_uring_sqe entry, Item* item, int index)
    {
        entry.fd = item->Descriptor;
        entry.user_data = (ulong)index;
        IoVector* vectors = (IoVector*)&item->Vectors;
        if (!item->IsSocket)
        {
            entry.opcode = Libc.IORING_OP_WRITEV;
            entry.addr = (ulong)vectors;
            entry.len = (uint)item->Message.msg_iovlen;
            return;
        }
        entry.msg_flags = SendFlags;
        if (item->Message.msg_iovlen == 1)
        {
            entry.opcode = Libc.IORING_OP_SEND;
            entry.addr = (ulong)vectors->iov_base;
            entry.len = (uint)vectors->iov_len;
            return;
        }
        item->Message.msg_iov = vectors;
        entry.opcode = Libc.IORING_OP_SENDMSG;
        entry.addr = (ulong)&item->Message;
        entry.len = 1;
    }

    private static SysResult Call(Item* item)
    {
        SysResult result;
        item->Message.msg_iov = (IoVector*)&item->Vectors;
        if (item->IsSocket)
        {
            while (SysResult.Interrupted(Libc.sendmsg(item->Descriptor, &item->Message, SendFlags), out result))
            {
            }
        }
        else
        {
            while (SysResult.Interrupted(
                Libc.writev(item->Descriptor, item->Message.msg_iov, (int)item->Message.msg_iovlen), out result))
            {
            }
        }
        return result;
    }
}
