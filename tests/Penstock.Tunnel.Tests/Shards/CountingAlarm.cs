using System.Threading;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>An alarm as an eventfd is one: rings add up until the owner drains them.</summary>
internal sealed class CountingAlarm : IAlarm
{
    private readonly ManualResetEventSlim _rung = new();
    private int _rings;

    public int Rings => Volatile.Read(ref _rings);

    public void Ring()
    {
        Interlocked.Increment(ref _rings);
        _rung.Set();
    }

    /// <summary>Blocks until rung; false when the watchdog's time is over.</summary>
    public bool Wait(int milliseconds)
    {
        bool rung = _rung.Wait(milliseconds);
        _rung.Reset();
        return rung;
    }
}
