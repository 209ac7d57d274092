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
    private const int KeptAtRest = Kept / 16;
    private readonly List<Free> _free = [];

    /// <summary>The free arrays of one size, and how few of them there were since the last look.</summary>
    private sealed class Free
    {
        private T[][] _arrays = new T[Kept / 128][];

        public int Count { get; private set; }

        public int Low { get; set; }

        public T[]? Pop()
        {
            if (Count == 0)
                return null;
            T[] array = _arrays[--Count];
            _arrays[Count] = null!;
            if (Count < Low)
                Low = Count;
            return array;
        }

        public void Push(T[] array)
        {
            if (Count == _arrays.Length)
                Array.Resize(ref _arrays, 2 * Count);
            _arrays[Count++] = array;
        }
    }

    /// <summary>Elements of all arrays that lie here.</summary>
    public int FreeElements
    {
        get
        {
            int sum = 0;
            for (int i = 0; i < _free.Count; i++)
                sum += _free[i].Count << i;
            return sum;
        }
    }

    /// <summary>Takes an array; what it holds is undefined.</summary>
    /// <param name="size">Elements: a power of two, <see cref="Smallest"/> or more.</param>
    public T[] Rent(int size)
    {
        if (_free.Count == 0)
            Prepare();
        return ClassOf(size).Pop() ?? new T[size];
    }

    /// <summary>Takes back what <see cref="Rent"/> returned; references in it would be kept alive.</summary>
    public void Give(T[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        Free free = ClassOf(array.Length);
        if (free.Count * array.Length < Kept)
            free.Push(array);
    }

    /// <summary>Gives to the collector what nobody has needed since the last call, save a few.</summary>
    /// <returns>True when more than a few are left, which another call may find unneeded.</returns>
    public bool Trim()
    {
        bool isMore = false;
        for (int i = 0; i < _free.Count; i++)
        {
            Free free = _free[i];
            int few = Math.Max(KeptAtRest >> i, 1 << i < 2 * ready ? 1 : 0);
            for (int surplus = Math.Min(free.Low, free.Count - few); surplus > 0; surplus--)
                free.Pop();
            free.Low = free.Count;
            isMore |= free.Count > few;
        }
        return isMore;
    }

    private void Prepare()
    {
        for (int size = Smallest; size < 2 * ready; size *= 2)
            ClassOf(size).Push(new T[size]);
    }

    private Free ClassOf(int size)
    {
        int index = BitOperations.Log2((uint)size);
        while (_free.Count <= index)
            _free.Add(new());
        return _free[index];
    }
}
