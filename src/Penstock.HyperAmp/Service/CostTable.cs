using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Penstock.HyperAmp.Service;

/// <summary>What handlers cost, learnt from their runs: decides who runs a message.</summary>
/// <remarks>Ids share 1024 places; a wrong guess costs a hop or a moment of the collector, never an answer.</remarks>
internal sealed class CostTable
{
    private const int Places = 1024;
    private readonly int[] _ticks = new int[Places];
    private readonly int[] _last = new int[Places];

    /// <summary>Ticks of <see cref="Stopwatch"/> that a run takes; 0 while unknown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int Of(ushort service) => _ticks[service & (Places - 1)];

    /// <summary>Notes a run. The smaller of the last two counts, so that one interrupted run changes nothing.</summary>
    internal void Note(ushort service, long ticks)
    {
        int place = service & (Places - 1);
        int now = (int)long.Clamp(ticks, 1, int.MaxValue);
        int last = _last[place];
        _last[place] = now;
        _ticks[place] = last == 0 || now < last ? now : last;
    }
}
