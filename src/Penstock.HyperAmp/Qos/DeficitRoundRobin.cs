using System;

namespace Penstock.HyperAmp.Qos;

/// <summary>Chooses between backlogged classes in proportion to their weights, whatever their message sizes.</summary>
/// <remarks>
/// Shreedhar and Varghese's algorithm: a class that its turn comes to gets its quantum and sends while its deficit lasts.
/// Classes without a message are passed over and lose their deficit, so the others never wait for them: as long as any
/// class is backlogged, one is chosen.
/// </remarks>
public sealed class DeficitRoundRobin
{
    private readonly int[] _quanta;
    private readonly long[] _deficits;
    private int _current;
    private bool _isServed;

    /// <summary>Classes with these quanta, each at least 1, in the unit of the costs.</summary>
    public DeficitRoundRobin(ReadOnlySpan<int> quanta)
    {
        foreach (int quantum in quanta)
            ArgumentOutOfRangeException.ThrowIfLessThan(quantum, 1, nameof(quanta));
        _quanta = quanta.ToArray();
        _deficits = new long[quanta.Length];
    }

    /// <summary>Chooses the class whose first message goes next, and charges it.</summary>
    /// <param name="costs">Per class the cost of its first message; 0 when it has none.</param>
    /// <returns>The class, or -1 when none has a message.</returns>
    public int Choose(ReadOnlySpan<int> costs)
    {
        if (costs[.._quanta.Length].IndexOfAnyExcept(0) < 0)
            return -1;
        while (true)
        {
            if (costs[_current] == 0)
                _deficits[_current] = 0;
            else
            {
                if (!_isServed)
                    _deficits[_current] += _quanta[_current];
                _isServed = true;
                if (_deficits[_current] >= costs[_current])
                {
                    _deficits[_current] -= costs[_current];
                    return _current;
                }
            }
            _current = (_current + 1) % _quanta.Length;
            _isServed = false;
        }
    }
}
