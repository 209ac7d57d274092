using System.Collections.Generic;
using System.Numerics;

namespace Penstock.Stack.Tcp;

/// <summary>Arrays for rings, sizes a power of two: a connection holds one only while something is in it.</summary>
internal sealed class RingPool<T>
{
    internal const int Smallest = 8;

    // Elements kept of each size: enough for a batch's worth of flows; a peak's surplus goes to the collector.
    private const int Kept = 1 << 15;
    private readonly List<Stack<T[]>> _free = [];

    internal T[] Rent(int size)
    {
        Stack<T[]> free = ClassOf(size);
        return free.Count > 0 ? free.Pop() : new T[size];
    }

    internal void Give(T[] array)
    {
        Stack<T[]> free = ClassOf(array.Length);
        if (free.Count * array.Length < Kept)
            free.Push(array);
    }

    private Stack<T[]> ClassOf(int size)
    {
        int index = BitOperations.Log2((uint)size);
        while (_free.Count <= index)
            _free.Add(new());
        return _free[index];
    }
}
