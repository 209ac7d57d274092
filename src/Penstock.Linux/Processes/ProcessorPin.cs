using System;
using System.Numerics;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Processes;

/// <summary>Keeps a thread on one processor for a while, and lets it go where it was allowed before. For that thread alone.</summary>
/// <remarks>Neither takes memory. A cpuset that changes meanwhile stands above both.</remarks>
public sealed unsafe class ProcessorPin
{
    private const int MaskBytes = 1024;

    private readonly byte[] _before = new byte[MaskBytes];

    /// <summary>True between <see cref="Hold"/> and <see cref="Release"/>.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>Keeps the calling thread on one of the processors that it may run on.</summary>
    /// <param name="ordinal">Which of them, from 0 in rising order; beyond the last it begins again.</param>
    /// <returns>What the kernel said; then the thread runs where it was allowed before.</returns>
    public SysResult Hold(int ordinal)
    {
        if (IsHeld)
            return SysResult.Ok();
        Array.Clear(_before);
        fixed (byte* p = _before)
        {
            SysResult read = SysResult.Of(Libc.sched_getaffinity(0, MaskBytes, p));
            if (!read.IsSuccess)
                return read;
        }
        Span<byte> mask = stackalloc byte[MaskBytes];
        mask.Clear();
        int processor = Find(_before, ordinal);
        mask[processor / 8] = (byte)(1 << (processor % 8));
        SysResult result = Set(mask);
        IsHeld = result.IsSuccess;
        return result;
    }

    /// <summary>Lets the calling thread run where it might before <see cref="Hold"/>.</summary>
    public SysResult Release()
    {
        if (!IsHeld)
            return SysResult.Ok();
        IsHeld = false;
        return Set(_before);
    }

    private static int Find(ReadOnlySpan<byte> mask, int ordinal)
    {
        int allowed = 0;
        foreach (byte part in mask)
            allowed += BitOperations.PopCount(part);
        int left = ordinal % Math.Max(1, allowed);
        for (int i = 0; i < mask.Length * 8; i++)
        {
            if ((mask[i / 8] >> (i % 8) & 1) != 0 && left-- == 0)
                return i;
        }
        return 0;
    }

    private static SysResult Set(ReadOnlySpan<byte> mask)
    {
        fixed (byte* p = mask)
            return SysResult.Of(Libc.sched_setaffinity(0, (nuint)mask.Length, p));
    }
}
