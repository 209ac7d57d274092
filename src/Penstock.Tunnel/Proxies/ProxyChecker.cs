using System;
using System.Collections.Generic;
using System.Threading;
using Penstock.Linux;
using Penstock.Linux.Events;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel.Proxies;

/// <summary>The thread that checks proxies, and tells everybody when one goes down or comes back.</summary>
/// <remarks>
/// It runs while there is more than one proxy: with a single one there is nothing to choose. It sleeps between checks;
/// a flow that meets trouble wakes it.
/// </remarks>
internal sealed class ProxyChecker(ShardGroup group) : IPollable, IDisposable
{
    private readonly EventFd _bell = new();
    private readonly PollSet _poll = new();
    private readonly Dictionary<ProxyServer, ProxyCheck> _checks = [];
    private Thread? _thread;
    private volatile bool _isOver;

    /// <summary>Takes note of the plan in force, and starts the thread when it is needed first. Not from two threads at once.</summary>
    public void Adopt()
    {
        foreach (ProxyServer server in group.Proxies.Servers)
            server.Health.Wake = group.Proxies.HasSeveral ? _bell.Signal : null;
        if (_thread is null && group.Proxies.HasSeveral)
        {
            _poll.Add(_bell.Descriptor, this, EpollInterest.Readable | EpollInterest.EdgeTriggered, out _).ThrowOnError("watch the checker's bell");
            _thread = new Thread(Run) { IsBackground = true, Name = "penstock-check" };
            _thread.Start();
        }
        _bell.Signal();
    }

    public void OnReady(EpollReady ready) => _bell.Drain();

    /// <summary>Ends the thread.</summary>
    public void Stop()
    {
        _isOver = true;
        _bell.Signal();
        _thread?.Join();
    }

    /// <summary>After <see cref="Stop"/>.</summary>
    public void Dispose()
    {
        _poll.Dispose();
        _bell.Dispose();
    }

    private void Run()
    {
        Linux.Processes.Threads.SetName("penstock-check");
        while (!_isOver)
        {
            long next = Advance();
            long wait = next == long.MaxValue ? -1 : Math.Max(0, next - MonotonicClock.Microseconds);
            _poll.Dispatch(_poll.Wait(wait));
        }
        foreach (ProxyCheck check in _checks.Values)
            check.Close();
    }

    private long Advance()
    {
        TunnelPlan plan = group.Plan;
        DropOthers(plan.Proxies);
        long next = long.MaxValue;
        if (!plan.Proxies.HasSeveral)
            return next;
        foreach (ProxyServer server in plan.Proxies.Servers)
        {
            if (!_checks.TryGetValue(server, out ProxyCheck? check))
                _checks.Add(server, check = new ProxyCheck(server, group, _poll, _bell.Signal));
            next = Math.Min(next, check.Advance(plan.Options.Proxies, this));
            if (check.WasUp != server.Health.IsUp)
                Tell(check);
        }
        return next;
    }

    /// <summary>True when another proxy has passed a check that began after a moment; otherwise has the others checked now.</summary>
    public bool OthersPassedSince(ProxyCheck one, long moment)
    {
        foreach (ProxyCheck other in _checks.Values)
        {
            if (other != one && other.PassedFrom >= moment)
                return true;
        }
        foreach (ProxyCheck other in _checks.Values)
        {
            if (other != one)
                other.Hurry(moment);
        }
        return false;
    }

    private void DropOthers(ProxySet current)
    {
        List<ProxyServer>? gone = null;
        foreach ((ProxyServer server, ProxyCheck check) in _checks)
        {
            bool stays = false;
            foreach (ProxyServer one in current.Servers)
                stays |= current.HasSeveral && ReferenceEquals(one, server);
            if (stays)
                continue;
            check.Close();
            (gone ??= []).Add(server);
        }
        foreach (ProxyServer server in gone ?? [])
            _checks.Remove(server);
    }

    private void Tell(ProxyCheck check)
    {
        ProxyServer server = check.Server;
        check.WasUp = server.Health.IsUp;
        foreach (Shard shard in group.Shards)
            shard.PostPatiently(ShardMessage.Call(new ProxyChange(shard, server)));
        LogLimiter limiter = group.Notices.ProxyState;
        if (limiter.IsDue(MonotonicClock.Microseconds))
            limiter.Write(check.WasUp ? $"proxy {server.Name} is up again" : $"proxy {server.Name} is down: {server.Health.Reason}");
    }
}
