using System.Threading;

namespace Penstock.HyperAmp.Service;

/// <summary>What a thread runs, for whoever watches that handlers return. One writer, one reader.</summary>
internal sealed class HandlerWatch
{
    private long _turns;
    private ushort _service;

    // The watcher's own notes.
    private long _seen;
    private long _since;

    /// <summary>The service of the handler that runs or ran last.</summary>
    internal ushort Service => Volatile.Read(ref _service);

    internal void Enter(ushort service)
    {
        Volatile.Write(ref _service, service);
        Volatile.Write(ref _turns, _turns + 1);
    }

    internal void Leave() => Volatile.Write(ref _turns, _turns + 1);

    /// <summary>How long the same handler has been seen running, in ticks of the watcher's clock; 0 when none has.</summary>
    internal long RunningFor(long now)
    {
        long turns = Volatile.Read(ref _turns);
        if ((turns & 1) == 0)
            return 0;
        if (turns != _seen)
        {
            _seen = turns;
            _since = now;
        }
        return now - _since;
    }
}
