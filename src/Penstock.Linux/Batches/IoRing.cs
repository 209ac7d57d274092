using System;
using System.Threading;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Batches;

/// <summary>An io_uring that is used for one thing: to begin many operations, none of which waits, in one call.</summary>
/// <remarks>
/// <code>
///   Add ... Add        entries of the submission ring; the kernel does not look yet
///   Submit             one call: the operations run in order, one after another, and each leaves a completion
///   TryTake ...        completions, as long as there are any
/// </code>
/// Used by the thread that made it alone.
/// </remarks>
internal sealed unsafe class IoRing : IDisposable
{
    private readonly uint* _submitHead;
    private readonly uint* _submitTail;
    private readonly uint* _completeHead;
    private readonly uint* _completeTail;
    private readonly io_uring_sqe* _entries;
    private readonly io_uring_cqe* _completions;
    private readonly uint _submitMask;
    private readonly uint _completeMask;
    private readonly byte* _rings;
    private readonly nuint _ringsLength;
    private readonly nuint _entriesLength;
    private int _descriptor;
    private uint _tail;

    private IoRing(int descriptor, in io_uring_params parameters, byte* rings, nuint ringsLength, io_uring_sqe* entries, nuint entriesLength)
    {
        _descriptor = descriptor;
        _rings = rings;
        _ringsLength = ringsLength;
        _entries = entries;
        _entriesLength = entriesLength;
        _submitHead = (uint*)(rings + parameters.sq_off.head);
        _submitTail = (uint*)(rings + parameters.sq_off.tail);
        _submitMask = *(uint*)(rings + parameters.sq_off.ring_mask);
        _completeHead = (uint*)(rings + parameters.cq_off.head);
        _completeTail = (uint*)(rings + parameters.cq_off.tail);
        _completeMask = *(uint*)(rings + parameters.cq_off.ring_mask);
        _completions = (io_uring_cqe*)(rings + parameters.cq_off.cqes);
        Capacity = (int)parameters.sq_entries;
        _tail = *_submitTail;
        uint* array = (uint*)(rings + parameters.sq_off.array);
        for (uint i = 0; i <= _submitMask; i++)
            array[i] = i;
    }

    /// <summary>Operations of one <see cref="Submit"/> at most.</summary>
    internal int Capacity { get; }

    /// <summary>Operations added since the last <see cref="Submit"/>.</summary>
    internal int Added => (int)(_tail - Volatile.Read(ref *_submitHead));

    /// <summary>Makes a ring; refused by kernels before 5.11 and where io_uring is switched off.</summary>
    internal static SysResult TryCreate(int entries, out IoRing? ring)
    {
        ring = null;
        // Newest first: nothing interrupts this thread for completions, and a bad entry does not end the batch.
        uint[] setups =
        [
            Libc.IORING_SETUP_SUBMIT_ALL | Libc.IORING_SETUP_COOP_TASKRUN | Libc.IORING_SETUP_SINGLE_ISSUER | Libc.IORING_SETUP_DEFER_TASKRUN,
            0,
        ];
        SysResult made = SysResult.Failed(Errno.ENOSYS);
        foreach (uint setup in setups)
        {
            io_uring_params parameters = new() { flags = setup };
            made = SysResult.Of(Libc.io_uring_setup(Libc.SYS_io_uring_setup, entries, &parameters));
            if (made.IsSuccess)
                return Map((int)made.Value, parameters, out ring);
            if (made.Errno != Errno.EINVAL)
                break;
        }
        return made;
    }

    /// <summary>The next free entry, zeroed; the caller keeps to <see cref="Capacity"/>.</summary>
    internal ref io_uring_sqe Add()
    {
        ref io_uring_sqe entry = ref _entries[_tail++ & _submitMask];
        entry = default;
        return ref entry;
    }

    /// <summary>Has the kernel run what was added. Where it takes only a part, the rest is taken back.</summary>
    /// <returns>How many operations were taken: the first so many.</returns>
    internal int Submit()
    {
        int added = Added;
        Volatile.Write(ref *_submitTail, _tail);
        int taken = 0;
        while (taken < added)
        {
            nint result = Libc.io_uring_enter(Libc.SYS_io_uring_enter, _descriptor, added - taken, 0, 0, null, 0);
            if (SysResult.Interrupted(result, out SysResult submitted))
                continue;
            if (!submitted.IsSuccess || submitted.Value == 0)
                break;
            taken += (int)submitted.Value;
        }
        if (taken < added)
        {
            _tail = Volatile.Read(ref *_submitHead);
            Volatile.Write(ref *_submitTail, _tail);
        }
        return taken;
    }

    /// <summary>Takes a completion that is there.</summary>
    internal bool TryTake(out ulong tag, out int result)
    {
        uint head = *_completeHead;
        if (head == Volatile.Read(ref *_completeTail))
        {
            tag = 0;
            result = 0;
            return false;
        }
        ref io_uring_cqe completion = ref _completions[head & _completeMask];
        tag = completion.user_data;
        result = completion.res;
        Volatile.Write(ref *_completeHead, head + 1);
        return true;
    }

    /// <summary>Has completions posted that are not there yet: a failed write's is not, once the device is gone.</summary>
    /// <param name="open">Operations that have no completion yet, none of which waits for anything.</param>
    internal SysResult Await(int open)
    {
        SysResult result;
        while (SysResult.Interrupted(
            Libc.io_uring_enter(Libc.SYS_io_uring_enter, _descriptor, 0, open, (nint)Libc.IORING_ENTER_GETEVENTS, null, 0), out result))
        {
        }
        return result;
    }

    public void Dispose()
    {
        if (_descriptor < 0)
            return;
        _ = Libc.munmap(_entries, _entriesLength);
        _ = Libc.munmap(_rings, _ringsLength);
        Descriptor.Close(ref _descriptor);
    }

    private static SysResult Map(int descriptor, in io_uring_params parameters, out IoRing? ring)
    {
        ring = null;
        const uint Needed = Libc.IORING_FEAT_SINGLE_MMAP | Libc.IORING_FEAT_NODROP | Libc.IORING_FEAT_EXT_ARG;
        if ((parameters.features & Needed) != Needed)
        {
            Descriptor.Close(ref descriptor);
            return SysResult.Failed(Errno.ENOSYS);
        }
        nuint ringsLength = Math.Max(
            parameters.sq_off.array + (nuint)(parameters.sq_entries * sizeof(uint)),
            parameters.cq_off.cqes + (nuint)(parameters.cq_entries * sizeof(io_uring_cqe)));
        nuint entriesLength = (nuint)(parameters.sq_entries * sizeof(io_uring_sqe));
        nint rings = MapPart(descriptor, ringsLength, Libc.IORING_OFF_SQ_RING);
        nint entries = rings == -1 ? -1 : MapPart(descriptor, entriesLength, Libc.IORING_OFF_SQES);
        if (entries == -1)
        {
            SysResult failed = SysResult.Of(-1);
            if (rings != -1)
                _ = Libc.munmap((void*)rings, ringsLength);
            Descriptor.Close(ref descriptor);
            return failed;
        }
        ring = new IoRing(descriptor, parameters, (byte*)rings, ringsLength, (io_uring_sqe*)entries, entriesLength);
        return SysResult.Ok();
    }

    private static nint MapPart(int descriptor, nuint length, long offset) =>
        Libc.mmap(null, length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED | Libc.MAP_POPULATE, descriptor, (nint)offset);
}
