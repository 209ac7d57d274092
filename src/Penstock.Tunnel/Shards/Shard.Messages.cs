using System;
using System.Threading;
using Penstock.Linux.Events;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Sessions;

namespace Penstock.Tunnel.Shards;

// What other threads send: packets of this shard's flows, resolved addresses, commands.
internal sealed partial class Shard
{
    private readonly EventFd _alarm = new();
    private readonly Mailbox<ShardMessage> _mailbox;
    private readonly MailboxReceiver<ShardMessage> _messages;
    private readonly MailboxSender<ShardMessage> _sender;

    private sealed class Alarm(EventFd descriptor) : IAlarm
    {
        public void Ring() => descriptor.Signal();
    }

    private sealed class AlarmEvents(Shard shard) : IPollable
    {
        public void OnReady(EpollReady ready) => shard._alarm.Drain();
    }

    /// <summary>Sends a message; from any thread. False when the mailbox is full.</summary>
    public bool Post(in ShardMessage message) => _sender.TryPost(message);

    /// <summary>Sends a message that must not be lost, as soon as there is room; from a thread that may wait.</summary>
    public void PostPatiently(in ShardMessage message)
    {
        SpinWait spin = default;
        while (!Volatile.Read(ref _stopping) && !Post(message))
            spin.SpinOnce();
    }

    private bool _takingMessages;

    private void TakeMessages()
    {
        _takingMessages = true;
        while (_messages.TryTake(out ShardMessage message))
        {
            switch (message.What)
            {
                case ShardMessage.Kind.Packet:
                    Pool.Adopt(message.Packet);
                    Input(message.Packet, message.Offload);
                    message.Packet.Release();
                    break;
                case ShardMessage.Kind.Continue:
                    message.Resumed!.Continue();
                    break;
                case ShardMessage.Kind.Evict:
                    OldestActivity = OldestOwn;
                    if (_group.IsOverfull)
                        EvictAnywhere();
                    break;
                case ShardMessage.Kind.Stop:
                    _stopping = true;
                    break;
            }
        }
        _takingMessages = false;
    }

    /// <summary>Gives a packet to the shard that owns its flow: a copy, since this shard reads on into its buffer.</summary>
    private void HandOver(Shard owner, in Lease packet, PacketOffload offload)
    {
        if (!Pool.TryCopy(packet.Span, out Lease copy))
        {
            ReportNoMemory();
            return;
        }
        Pool.Disown();
        if (owner.Post(ShardMessage.Hand(copy, offload)))
        {
            Counters.HandedOver++;
            return;
        }
        Pool.Adopt(copy);
        copy.Release();
        Counters.MailboxFull++;
        LogLimiter limiter = _group.Notices.Mailbox;
        if (limiter.IsDue(Now))
            limiter.Write($"{owner.ThreadName} does not keep up: packets of its flows that reach other shards are lost and sent again");
    }

    /// <summary>Activity of the session that would go first, as it is now.</summary>
    private long OldestOwn => Math.Min(_idle.Oldest?.Touched ?? long.MaxValue, _udp.OldestActivity);

    /// <summary>True while sessions of this shard must go to keep <c>max-sessions-per-thread</c>.</summary>
    public bool IsOverfull => _group.Options.Threading.MaxSessionsPerThread is > 0 and int limit && Load > limit;

    /// <summary>True while there is a session that can be ended.</summary>
    public bool HasSessions => OldestOwn != long.MaxValue;

    /// <summary>The shard with the tunnel's least recently active session; null when it is this one.</summary>
    public Shard? OlderElsewhere()
    {
        OldestActivity = OldestOwn;
        return _group.LeastRecentlyActive(this, OldestOwn);
    }

    /// <summary>Asks for an end of what is above the limits; from any thread. False when the mailbox is full.</summary>
    public bool AskToShed() => Post(ShardMessage.Call(_surplus));

    /// <summary>
    /// Ends the tunnel's least recently active session: this shard's, or another's by message. That shard may have none
    /// any more when the message arrives: then it looks on, knowing now that it has none, so that the search ends.
    /// </summary>
    private void EvictAnywhere()
    {
        Shard? other = _group.LeastRecentlyActive(this, OldestOwn);
        if (other is null || !other.Post(ShardMessage.Evict))
            EvictOldest();
    }

    /// <summary>Ends this shard's least recently active session.</summary>
    public void EvictOldest()
    {
        LogLimiter limiter = _group.Notices.Evicted;
        if (limiter.IsDue(Now))
            limiter.Write("the limit of sessions is reached, the least recently active one was ended: raise misc.max-session-count or threading.max-sessions-per-thread");
        DeadlineNode<TcpSession>? oldest = _idle.Oldest;
        if (_udp.OldestActivity < (oldest?.Touched ?? long.MaxValue))
        {
            Counters.SessionsEvicted++;
            _udp.EvictOldest();
        }
        else if (oldest is not null)
        {
            Counters.SessionsEvicted++;
            oldest.Owner.Abort(resetUplink: false);
        }
    }

    private void EndAll()
    {
        _batch?.Clear(); // what a step left that failed half-way: its texts may be gone
        _output.EndBatch();
        while (_idle.Oldest is { } node)
            node.Owner.Abort(resetUplink: false);
        _udp.EndAll();
        foreach (ProxyServer server in _group.Proxies.Servers)
            server.PoolOf(this)?.Close();
        _stack.Flush(Now);
        while (_messages.TryTake(out ShardMessage message))
        {
            if (message.What != ShardMessage.Kind.Packet)
                continue;
            Pool.Adopt(message.Packet);
            message.Packet.Release();
        }
        Download.Release();
        foreach (DownloadBuffers buffers in _receives)
            buffers.Release();
        foreach (Lease buffer in _readBuffers)
            buffer.Release();
    }
}
