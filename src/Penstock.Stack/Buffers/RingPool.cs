using System;
using System.Collections.Generic;
using System.Numerics;

namespace Penstock.Stack.Buffers;

/// <summary>Arrays for rings, sizes a power of two: a flow holds one only while something is in it.</summary>
/// <remarks>
/// With the first array comes one of each size up to <paramref name="ready"/>, so that one flow grows from its first
/// packet to its largest window without the collector. Single-threaded.
/// </remarks>
/// <typeparam name="T">The element.</typeparam>
/// <param name="ready">Elements that the ring of one flow usually has at most.</param>
public sealed class RingPool<T>(int ready)
{
    /// <summary>Elements of the smallest array.</summary>
    public const int Smallest = 8;

    // Elements kept of each size: enough for a batch's worth of flows; a peak's surplus goes to the collector.
    private const int Kept = 1 << 13;
    private const int Arrays = 64;
    private readonly List<Stack<T[]>> _free = [];

    /// <summary>Takes an array; what it holds is undefined.</summary>
    /// <param name="size">Elements: a power of two, <see cref="Smallest"/> or more.</param>
    public T[] Rent(int size)
    {
        if (_free.Count == 0)
            Prepare();
        return ClassOf(size).TryPop(out T[]? array) ? array : new T[size];
    }

    /// <summary>Takes back what <see cref="Rent"/> returned; references in it would be kept alive.</summary>
    public void Give(T[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Stack<T[]> free = ClassOf(array.Length);
        if (free.Count * array.Length < Kept)
            free.Push(array);
    }

    private void Prepare()
    {
        for (int size = Smallest; size < 2 * ready; size *= 2)
            ClassOf(size).Push(new T[size]);
    }

    private Stack<T[]> ClassOf(int size)
    {
        int index = BitOperations.Log2((uint)size);
        while (_free.Count <= index)
            _free.Add(new(Arrays));
        return _free[index];
    }
}
