using System;
using System.Collections.Generic;
using System.Threading;
using Penstock.Linux;
using Penstock.Linux.Processes;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Sessions;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Shards;

// The duty cycle:
//   1. wait        until a descriptor, a message or a deadline; then a moment longer while that pays
//   2. events      sockets: uplinks that opened, failed, have text or take more
//   3. messages    packets of this shard's flows that reached another, and commands
//   4. device      a batch of packets: text joins its session, sessions join the dirty list
//   5. upload      one send for each dirty session, of TCP and of UDP
//   6. download    a turn for each ready session, of TCP and of UDP
//   7. later       connects, and what else was put off; no longer than a few milliseconds
//   8. deadlines   TCP's timers, the handshake's, idle sessions
//   9. flush       segments and one acknowledgement for each flow
internal sealed partial class Shard
{
    private const long TrimInterval = 2_000_000;
    private const long MemoryRetry = 5_000;
    private const int StarvedAtATime = 64;
    private const long TrimAbove = 1 << 20;
    private const int ManyEnded = 256;
    private const int KeptCapacity = 256;

    private readonly List<TcpSession> _dirty = new(KeptCapacity);
    private readonly Queue<TcpSession> _ready = new(KeptCapacity);
    private readonly Queue<TcpSession> _starved = new();
    private readonly LaterCalls _later = new(static () => MonotonicClock.Microseconds);
    private readonly DeadlineList<TcpSession> _idle;
    private readonly WakeUpModeration _moderation = new();
    private readonly AcknowledgementPatience _patience = new();
    private readonly Occupancy _occupancy = new();
    private readonly ProcessorPin _processor = new();
    private int _eventsOfLastWait;
    private long _writeErrorsTold;
    private long _feedAt;
    private long _nextTrim = long.MaxValue;
    private int _ended; // since the last trim
    private bool _stopping;

    private CpuAffinityUse Affinity => _group.Options.Threading.EnableCpuAffinity;

    /// <summary>The session has text to send, or a FIN to pass on.</summary>
    public void MarkDirty(TcpSession session)
    {
        if (session.IsDirty)
            return;
        session.IsDirty = true;
        _dirty.Add(session);
    }

    /// <summary>The session's uplink has text, and its app's connection has room.</summary>
    public void Enlist(TcpSession session)
    {
        if (session.IsReady)
            return;
        session.IsReady = true;
        _ready.Enqueue(session);
    }

    /// <summary>The session has to wait until packet memory comes back.</summary>
    public void WaitForMemory(TcpSession session)
    {
        if (session.IsReady)
            return;
        session.IsReady = true;
        ReportNoMemory();
        _starved.Enqueue(session);
    }

    /// <summary>The same as <see cref="AcknowledgementPatience.Learn"/>, for all flows of this shard.</summary>
    public bool LearnFromAcknowledgement(long after)
    {
        bool waited = _patience.Learn(after);
        Unanswered.Duration = _patience.Microseconds;
        return waited;
    }

    /// <summary>Calls <see cref="IResumable.Continue"/> from the cycle, not from within its caller.</summary>
    public void Later(IResumable waiting) => _later.Add(waiting);

    private void Run()
    {
        Threads.SetName(ThreadName);
        if (Affinity == CpuAffinityUse.On)
            KeepToProcessor();
        Guarded(Watch);
        Guarded(CycleUntilStopped);
        Guarded(EndAll);
        _batch?.Dispose();
    }

    /// <summary>Whatever goes wrong on a shard ends the tunnel with a message, never the process.</summary>
    private void Guarded(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e)
        {
            _stopping = true;
            _fail($"{ThreadName} failed: {e}");
        }
    }

    private void CycleUntilStopped()
    {
        while (!_stopping)
            Cycle();
    }

    private void Cycle()
    {
        int ready = Wait();
        Now = MonotonicClock.Microseconds;
        Poll.Dispatch(ready);
        TakeMessages();
        if (_deviceReadable)
            ReadDevice();
        FlushUploads();
        _udp.Flush();
        ServeReady();
        _udp.Serve();
        _later.Run();
        Expire();
        FlushStack();
    }

    private int Wait()
    {
        bool busy = _deviceReadable || _ready.Count > 0 || _dirty.Count > 0 || _later.Count > 0 || _udp.IsBusy;
        // On a busy machine others have work for this thread, which costs less as one batch than as a wake-up each, and
        // those whom the last batch has woken are to take it before the next one.
        bool letOthersRun = busy || _eventsOfLastWait > 0;
        if (letOthersRun)
            Thread.Yield();
        if (busy || !_messages.PrepareToSleep())
            return Poll.Wait(0);
        Counters.AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
        int ready = letOthersRun ? Poll.Wait(0) : 0;
        if (ready == 0)
            ready = Sleep();
        _messages.Woken();
        if (ready > 0)
            Moderate();
        _eventsOfLastWait = ready;
        return ready;
    }

    /// <summary>Lets datagrams gather behind the one that is there, while that pays.</summary>
    private void Moderate()
    {
        long datagrams = Counters.DatagramsToUplink + Counters.DatagramsFromUplink;
        long begun = MonotonicClock.Microseconds;
        if (!_moderation.Gathers(begun, datagrams, Tcp.SegmentsIn + Tcp.SegmentsOut))
            return;
        Threads.Nap(WakeUpModeration.Span);
        _occupancy.Slept(MonotonicClock.Microseconds - begun);
    }

    private int Sleep()
    {
        long deadline = NextDeadline();
        if (Affinity == CpuAffinityUse.Auto)
            deadline = Math.Min(deadline, _occupancy.NextLook);
        long begun = MonotonicClock.Microseconds;
        Counters.WakeUps++;
        int ready = Poll.Wait(deadline == long.MaxValue ? -1 : Math.Max(0, deadline - begun));
        _occupancy.Slept(MonotonicClock.Microseconds - begun);
        return ready;
    }

    private long NextDeadline()
    {
        long next = Math.Min(_stack.NextDeadline, _idle.NextDeadline);
        next = Math.Min(next, Math.Min(Connecting.NextDeadline, Handshaking.NextDeadline));
        next = Math.Min(next, Math.Min(Unanswered.NextDeadline, _nextTrim));
        next = Math.Min(next, Math.Min(WarmConnections.NextDeadline, _udp.NextDeadline));
        return _starved.Count > 0 ? Math.Min(next, Math.Max(_feedAt, Now + 1)) : next;
    }

    /// <summary>All of them when there is memory again; until then a few at a time look for the reserve.</summary>
    private void FeedStarved()
    {
        if (_group.Budget.IsSpent && Now < _feedAt)
            return;
        _feedAt = Now + MemoryRetry;
        int most = _group.Budget.IsSpent ? StarvedAtATime : _starved.Count;
        while (most > 0 && _starved.TryDequeue(out TcpSession? session))
        {
            if (session.HasEnded)
                continue; // it takes nobody's place
            _ready.Enqueue(session);
            most--;
        }
    }

    private void Expire()
    {
        _stack.Poll(Now);
        while (Connecting.TryExpired(Now, out SocketStream? stream))
            stream!.OnDeadline();
        while (Handshaking.TryExpired(Now, out SocketStream? stream))
            stream!.OnDeadline();
        while (WarmConnections.TryExpired(Now, out SocketStream? stream))
            stream!.OnDeadline();
        while (Unanswered.TryExpired(Now, out TcpSession? waiting))
        {
            Unanswered.Remove(waiting!.Waiting);
            waiting.OnUnanswered();
        }
        while (_idle.TryExpired(Now, out TcpSession? session))
        {
            Counters.SessionsIdledOut++;
            session!.Abort(resetUplink: false);
        }
        _udp.Expire();
        OldestActivity = OldestOwn;
        ChooseProcessor();
        if (Counters.TunWriteErrors != _writeErrorsTold)
            TellWriteErrors();
        Trim();
    }

    private void TellWriteErrors()
    {
        _writeErrorsTold = Counters.TunWriteErrors;
        LogLimiter limiter = _group.Notices.Device;
        if (limiter.IsDue(Now))
            limiter.Write($"the TUN device refuses packets: {SysResult.Failed((int)Counters.TunWriteLastErrno).Message}");
    }

    /// <summary>A session of any kind has ended: after many, what they have grown is looked at.</summary>
    public void CountEnded()
    {
        if (++_ended >= ManyEnded && _nextTrim == long.MaxValue)
            _nextTrim = Now + TrimInterval;
    }

    /// <summary>Gives back what is unused, a part at a time, and sleeps without a timer when there is little to give.</summary>
    private void Trim()
    {
        if (_nextTrim == long.MaxValue)
        {
            if (Pool.FreeBytes > TrimAbove)
                _nextTrim = Now + TrimInterval;
        }
        else if (Now >= _nextTrim)
        {
            _ended = 0;
            if (Pool.FreeBytes > TrimAbove)
                Pool.Trim();
            TrimQueues();
            _udp.Trim();
            bool isMore = UploadRings.Trim() | _stack.Tcp.Trim() | Pool.FreeBytes > TrimAbove;
            _nextTrim = isMore ? Now + TrimInterval : long.MaxValue;
        }
    }

    private void TrimQueues()
    {
        if (_dirty.Count == 0 && _dirty.Capacity > KeptCapacity)
            _dirty.Capacity = KeptCapacity;
        if (_ready.Count == 0 && _ready.Capacity > KeptCapacity)
            _ready.TrimExcess(KeptCapacity);
        if (_starved.Count == 0 && _starved.Capacity > KeptCapacity)
            _starved.TrimExcess();
        _later.Trim();
    }

    /// <summary>A processor of its own while most processors have a busy shard, and any as soon as this one or the others rest.</summary>
    private void ChooseProcessor()
    {
        if (!_occupancy.Look(Now) || Affinity != CpuAffinityUse.Auto)
            return;
        if (_occupancy.IsBusy && _group.KeepsShardsApart())
            _processor.Hold(Index);
        else
            _processor.Release();
    }

    private void KeepToProcessor()
    {
        SysResult held = _processor.Hold(Index);
        if (!held.IsSuccess)
            _group.Log.Write(LogLevel.Warn, $"{ThreadName} cannot stay on a processor (threading.enable-cpu-affinity): {held.Message}");
    }
}
