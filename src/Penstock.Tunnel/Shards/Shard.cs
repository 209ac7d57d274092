using System;
using System.Globalization;
using System.Threading;
using Penstock.Linux.Tun;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Stack.Tcp;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Sessions;
using Penstock.Tunnel.Statistics;
using Penstock.Tunnel.Udp;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Shards;

/// <summary>One thread and everything that its flows need: queue, epoll, stack, timers, buffers, proxy sockets, counters.</summary>
/// <remarks>
/// The duty cycle is in <c>Shard.Cycle.cs</c>, reading the device in <c>Shard.Device.cs</c>, the stack's events in
/// <c>Shard.Flows.cs</c>, what other threads send in <c>Shard.Messages.cs</c>. Every member is for the shard's own
/// thread unless it says otherwise.
/// </remarks>
internal sealed partial class Shard : IDisposable
{
    /// <summary>Microseconds that the acknowledgement of a lone request waits for the answer to carry it.</summary>
    private const int AckDelay = 2_000;

    private readonly ShardGroup _group;
    private readonly TunQueue? _queue;
    private readonly int _virtioSize;
    private readonly TunOutput _output;
    private readonly NetworkStack _stack;
    private readonly UdpNat _udp;
    private readonly SurplusSessions _surplus;
    private readonly Thread _thread;
    private readonly Action<string> _fail;

    /// <param name="index">Place in the group, from 0.</param>
    /// <param name="shards">How many the group has.</param>
    /// <param name="group">What the shards have in common.</param>
    /// <param name="output">The queue that this shard writes to.</param>
    /// <param name="reads">False when another shard reads the only queue.</param>
    /// <param name="features">What the device can do.</param>
    /// <param name="fail">Told once, from this thread, that the device is gone.</param>
    public Shard(int index, int shards, ShardGroup group, TunQueue output, bool reads, TunFeatures features, Action<string> fail)
    {
        Index = index;
        _group = group;
        _queue = reads ? output : null;
        _virtioSize = features.VirtioHeader ? Wire.Virtio.VirtioHeader.Size : 0;
        _fail = fail;
        MiscOptions misc = group.Options.Misc;
        Pool = new BufferPool(group.Memory, group.Budget, group.Exchange, group.Budget.AdvanceOf(shards));
        Download = new DownloadBuffers(Pool);
        for (int i = 0; i < MostReceives; i++)
            _receives[i] = new DownloadBuffers(Pool);
        UploadRings = new RingPool<Lease>(new TcpOptions().MaxReceiveWindow / Math.Max(576, group.Options.Tun.Mtu));
        Connecting = new DeadlineList<SocketStream>(Microseconds(misc.ConnectTimeout));
        Handshaking = new DeadlineList<SocketStream>(Microseconds(misc.TcpReadWriteTimeout));
        _idle = new DeadlineList<TcpSession>(Microseconds(misc.TcpReadWriteTimeout));
        _mailbox = new Mailbox<ShardMessage>(new Alarm(_alarm));
        _messages = _mailbox.AcquireReceiver();
        _sender = _mailbox.Sender;
        TunOptions tun = group.Options.Tun;
        DeviceOffload device = new(tun.Mtu, features.Checksum, features.Tso4, features.Tso6, features.Uso)
        {
            BigToV4 = features.Big ? tun.Ipv4 : null,
            BigToV6 = features.Big ? tun.Ipv6 : null,
        };
        _stack = new NetworkStack(
            NetworkOptionsOf(group.Options), device, Pool, _output = new TunOutput(output, features.VirtioHeader, Counters),
            this, this, group.Secret);
        _udp = new UdpNat(this, group, _stack);
        _surplus = new SurplusSessions(this, group);
        _thread = new Thread(Run) { IsBackground = true, Name = ThreadName };
    }

    /// <summary>Place in the group; from any thread.</summary>
    public int Index { get; }

    /// <summary>The name that <c>ps -T</c> shows.</summary>
    public string ThreadName => "shard-" + Index.ToString(CultureInfo.InvariantCulture);

    /// <summary>True when packets reach this shard from the device, not only from other shards.</summary>
    public bool HasQueue => _queue is not null;

    public BufferPool Pool { get; }

    public DownloadBuffers Download { get; }

    /// <summary>Arrays for the text that waits for uplinks.</summary>
    public RingPool<Lease> UploadRings { get; }

    /// <summary>Written by this shard, read by anyone.</summary>
    public ShardCounters Counters { get; } = new();

    public PollSet Poll { get; } = new();

    /// <summary>Where a stream reads its proxy's answer; valid until the next one reads.</summary>
    public byte[] AnswerBuffer { get; } = new byte[SocksClient.MaxRequest];

    /// <summary>Streams that wait for a SYN-ACK.</summary>
    public DeadlineList<SocketStream> Connecting { get; }

    /// <summary>Streams that wait for an answer of the proxy.</summary>
    public DeadlineList<SocketStream> Handshaking { get; }

    /// <summary>Connections to proxies that wait for a command.</summary>
    public DeadlineList<SocketStream> WarmConnections { get; } = new(WarmPool.Lifetime);

    /// <summary>Sessions with a little text from the uplink that nothing has acknowledged yet.</summary>
    public DeadlineList<TcpSession> Unanswered { get; } = new(AcknowledgementPatience.Least);

    /// <summary>Sessions whose app has not completed its handshake, the oldest first.</summary>
    public DeadlineList<TcpSession> HalfOpen { get; } = new(-1);

    /// <summary>Who answers DNS by now; null when nobody does.</summary>
    public MappedDnsResolver? Names => _group.Names;

    /// <summary>Queries that are resolved behind the proxy.</summary>
    public ProxiedQueries Queries => _udp.Queries;

    /// <summary>Associations that stand ready.</summary>
    public WarmAssociations WarmAssociations => _udp.Warm;

    /// <summary>Microseconds, monotonic, as of the current cycle.</summary>
    public long Now { get; private set; }

    public bool AcceptsEarly => _group.Options.Tun.Accept == AcceptMode.Early;

    /// <summary>Sessions as a measure of work; from any thread.</summary>
    public long Load => Volatile.Read(ref Counters.SessionsOpen) + Volatile.Read(ref Counters.UdpSessionsOpen);

    /// <summary>True while it works without a rest; from any thread.</summary>
    public bool IsBusy => _occupancy.IsBusy;

    /// <summary>Messages that wait; from any thread.</summary>
    public int MailboxDepth => _mailbox.Depth;

    /// <summary>True while what another shard handed over is being taken: it is not handed on for load's sake.</summary>
    public bool IsTakingMessages => _takingMessages;

    /// <summary>TCP's own counters; from any thread.</summary>
    public TcpCounters Tcp => _stack.Tcp.Counters;

    /// <summary>Takes over what a new plan changes for flows that are open: their timeouts, and how many there may be.</summary>
    public void Adopt(TunnelPlan plan)
    {
        MiscOptions misc = plan.Options.Misc;
        Connecting.Duration = Microseconds(misc.ConnectTimeout);
        Handshaking.Duration = Microseconds(misc.TcpReadWriteTimeout);
        _idle.Duration = Microseconds(misc.TcpReadWriteTimeout);
        _udp.SetTimeout(misc.UdpReadWriteTimeout);
        _surplus.Begin();
    }

    /// <summary>Starts the thread; from the thread that made the group, once.</summary>
    public void Start() => _thread.Start();

    /// <summary>True until the thread has ended; from any thread.</summary>
    public bool IsAlive => _thread.IsAlive;

    /// <summary>Waits until the thread has ended; from any other thread.</summary>
    public void Join()
    {
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
            _thread.Join();
    }

    /// <summary>Gives back what the shard holds, after <see cref="Join"/>.</summary>
    public void Dispose()
    {
        _udp.Dispose();
        Poll.Dispose();
        _alarm.Dispose();
    }

    private static NetworkOptions NetworkOptionsOf(TunnelOptions options)
    {
        TcpOptions tcp = new()
        {
            Congestion = (Stack.Tcp.CongestionAlgorithm)options.Tun.Congestion,
            AckDelay = AckDelay,
        };
        int bound = options.Misc.TcpBufferSize;
        if (bound > 0)
        {
            tcp = tcp with
            {
                InitialSendBuffer = Math.Min(bound, tcp.InitialSendBuffer),
                MaxSendBuffer = Math.Min(bound, tcp.MaxSendBuffer),
            };
        }
        return new NetworkOptions
        {
            Tcp = tcp,
            Ip = new IpOptions { EchoReply = options.Tun.Icmp == IcmpEcho.Reply },
        };
    }

    private static long Microseconds(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? -1 : (long)span.TotalMicroseconds;
}
