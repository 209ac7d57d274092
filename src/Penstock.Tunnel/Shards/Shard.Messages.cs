using Penstock.Linux.Events;
using Penstock.Stack;
using Penstock.Stack.Buffers;
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
                    EvictOldest();
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
            Counters.WaitsForMemory++;
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
    }

    private void EvictOldest()
    {
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
        while (_idle.Oldest is { } node)
            node.Owner.Abort(resetUplink: false);
        _udp.EndAll();
        _stack.Flush(Now);
        while (_messages.TryTake(out ShardMessage message))
        {
            if (message.What != ShardMessage.Kind.Packet)
                continue;
            Pool.Adopt(message.Packet);
            message.Packet.Release();
        }
        Download.Release();
        _readBuffer.Release();
    }
}
