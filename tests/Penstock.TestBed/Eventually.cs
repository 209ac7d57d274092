using System;
using System.Diagnostics;
using System.Threading;

namespace Penstock.TestBed;

/// <summary>Waits for a condition of another process, which tells nobody when it comes true.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns as soon as <paramref name="condition"/> holds; false when it does not within <paramref name="patience"/>.</summary>
    public static bool Holds(TimeSpan patience, Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > patience)
                return false;
            Thread.Sleep(Interval);
        }

        return true;
    }

    /// <summary>As <see cref="Holds"/>, but a condition that never holds is an error.</summary>
    /// <param name="what">What is waited for, as the error will say it.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="condition">What is to come true.</param>
    /// <param name="detail">Evaluated for the error's text only.</param>
    /// <exception cref="TimeoutException">It did not come true.</exception>
    public static void Requires(string what, TimeSpan patience, Func<bool> condition, Func<string>? detail = null)
    {
        if (!Holds(patience, condition))
            throw new TimeoutException($"{what}: not within {patience.TotalSeconds} s. {detail?.Invoke()}");
    }
}
