using System;
using System.Numerics;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Processes;

/// <summary>A set of processors, as a thread may be bound to; it takes no memory after it was made.</summary>
public sealed unsafe class ProcessorMask
{
    private const int Bytes = 1024;

    private readonly byte[] _bits = new byte[Bytes];

    /// <summary>Processors in the set.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (byte part in _bits)
                count += BitOperations.PopCount(part);
            return count;
        }
    }

    /// <summary>The lowest processor of the set after one, -1 for the first; -1 when there is none.</summary>
    public int Next(int processor)
    {
        for (int i = processor + 1; i < Bytes * 8; i++)
        {
            if ((_bits[i / 8] >> (i % 8) & 1) != 0)
                return i;
        }
        return -1;
    }

    /// <summary>Makes it all processors there can be.</summary>
    public void Fill() => Array.Fill(_bits, byte.MaxValue);

    /// <summary>Makes it one processor.</summary>
    /// <exception cref="IndexOutOfRangeException">There are no such numbers.</exception>
    public void SetSole(int processor)
    {
        Array.Clear(_bits);
        _bits[processor / 8] = (byte)(1 << (processor % 8));
    }

    /// <summary>Reads where the calling thread may run.</summary>
    public SysResult Read()
    {
        Array.Clear(_bits);
        fixed (byte* p = _bits)
            return SysResult.Of(Libc.sched_getaffinity(0, Bytes, p));
    }

    /// <summary>Reads what the calling thread is bound to: all processors when nobody bound it.</summary>
    /// <remarks>
    /// The kernel tells a binding cut by the cpuset of the moment. Given back in that form it would hold the thread there
    /// when the cpuset changes. Whoever is allowed no more when everything is asked for was bound by nobody.
    /// </remarks>
    public SysResult ReadBinding()
    {
        SysResult read = Read();
        if (!read.IsSuccess)
            return read;
        Span<byte> told = stackalloc byte[Bytes];
        _bits.CopyTo(told);
        Fill();
        if (Apply().IsSuccess && Read().IsSuccess && told.SequenceEqual(_bits))
        {
            Fill();
            return read;
        }
        told.CopyTo(_bits);
        return Apply();
    }

    /// <summary>Binds the calling thread to it.</summary>
    /// <returns>EINVAL when its cpuset has none of them.</returns>
    public SysResult Apply()
    {
        fixed (byte* p = _bits)
            return SysResult.Of(Libc.sched_setaffinity(0, Bytes, p));
    }
}
