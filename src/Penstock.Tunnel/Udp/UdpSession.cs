using System;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Udp;

/// <summary>One source, its association, and what waits for it: an endpoint-independent mapping without a filter (RFC 4787).</summary>
/// <remarks>
/// <code>
///   Take ─► _queue ─► Flush ─► association ─► proxy          the app's datagrams, to any destination
///   app  ◄─ Source ◄─ OnAnswer ◄─ association ◄─ proxy       whoever answers
///
///   Opening ─► Open ─► ended ─► Opening, if something waits; else gone, until the next datagram
///      └─► refused: every waiting datagram is answered by ICMP
///
///   all it sent were DNS queries, all are answered ─► soon gone, and the next such source has its association
/// </code>
/// </remarks>
internal sealed class UdpSession : IDirectOwner
{
    private const int MostQueued = 512;
    private const int MostPinned = 1 << 20;
    private const int TurnReceives = 8;

    private readonly UdpNat _nat;
    private UplinkAssociation? _association;
    private ProxySet? _proxies;
    private ProxyServer? _proxy;
    private ulong _tried;
    private UdpRelay _way;
    private bool _triedBoth;
    private bool _isOpen;
    private bool _isBlocked;
    private bool _awaitsFirstAnswer;
    private bool _isSecondOwner;
    private PendingQueries _queries;
    private DatagramQueue _queue;
    private int _accounted;
    private InetEndpoint _lastAsked;
    private SocksDestination _lastTarget;
    private bool _lastIsMapped = true;
    private MappedPeers? _mapped;

    public UdpSession(UdpNat nat, in InetEndpoint source, TunnelPlan plan, bool isDirect)
    {
        IsDirect = isDirect;
        Plan = plan;
        _nat = nat;
        Source = source;
        Activity = new DeadlineNode<UdpSession>(this);
    }

    /// <summary>The app's end.</summary>
    public InetEndpoint Source { get; }

    /// <summary>What its source's datagrams are judged by: the plan that was in force when the first one came.</summary>
    public TunnelPlan Plan { get; }

    /// <summary>The source's session of the other kind, if it has one.</summary>
    public UdpSession? Twin { get; set; }

    /// <summary>Its datagrams go to their destinations by no proxy.</summary>
    public bool IsDirect { get; }

    /// <summary>Place in the shard's order of activity.</summary>
    public DeadlineNode<UdpSession> Activity { get; }

    /// <summary>True while the session is on the list to be flushed.</summary>
    public bool IsDirty { get; set; }

    /// <summary>True while the session is on the list to be served.</summary>
    public bool IsReady { get; set; }

    /// <summary>Takes a datagram of the app: where it was read, if it leaves in this turn.</summary>
    /// <param name="destination">Where the app sent it.</param>
    /// <param name="payload">The caller's; the bytes in front of it are overwritten.</param>
    public void Take(in InetEndpoint destination, in Lease payload)
    {
        SocksDestination target = TargetOf(destination);
        int header = SocksDatagram.LengthOfHeader(target);
        if (!HasRoom())
        {
            _nat.Counters.DatagramsWithoutRoom++;
            return;
        }
        Lease message = default;
        bool isWhereRead = _isOpen && !_isBlocked && !_nat.Pool.Budget.IsTight && payload.TryShareWithHead(header, out message);
        if (!isWhereRead && !_nat.Pool.TryRent(header + payload.Length, out message))
        {
            _nat.Counters.DatagramsWithoutRoom++;
            return;
        }
        Span<byte> bytes = message.Span;
        SocksDatagram.WriteHeader(bytes, target);
        if (!isWhereRead)
            payload.Span.CopyTo(bytes[header..]);
        _queue.Enqueue(new QueuedDatagram(message, header, destination, isWhereRead));
        Account();
        _queries.OnSent(destination.Port, payload.Span);
        _nat.Touch(this);
        if (_association is null)
            Start();
        else if (_isOpen)
            _nat.MarkDirty(this);
    }

    /// <summary>Sends what waits, as far as the association takes it; in the turn of each datagram that was taken while it was open.</summary>
    public void Flush()
    {
        if (_isOpen && !_isBlocked)
        {
            UplinkAssociation association = _association!;
            bool isBlocked = !association.Flush(ref _queue);
            if (ReferenceEquals(association, _association)) // one that ends may have a successor that stands ready
                _isBlocked = isBlocked;
        }
        _queue.Settle(_nat.Pool);
        Account();
    }

    /// <summary>Delivers what has come, for a turn.</summary>
    public void Serve()
    {
        for (int turn = 0; turn < TurnReceives && _isOpen; turn++)
        {
            bool isMore = _association!.Receive();
            _nat.FlushAnswers();
            if (!isMore)
                return;
        }
        if (_isOpen)
            _nat.Enlist(this);
    }

    /// <summary>Ends the session: idle, evicted, or the tunnel stops.</summary>
    public void End()
    {
        _association?.Close();
        Leave();
    }

    /// <summary>Gives the association of a source that is done to another one, and ends the session; null when it cannot.</summary>
    /// <param name="proxy">The proxy that the other one wants.</param>
    /// <param name="way">The way that it wants.</param>
    public UplinkAssociation? HandOver(ProxyServer proxy, UdpRelay way)
    {
        bool isAtRest = _isOpen && !_isBlocked && !IsReady && _queue.Count == 0 && _queries.AreAnswered;
        if (!isAtRest || !ReferenceEquals(_proxy, proxy) || _way != way)
            return null;
        UplinkAssociation association = _association!;
        Leave();
        return association;
    }

    public void OnAssociationOpened()
    {
        if (_proxy is not null)
        {
            _proxy.Udp.Works(_way);
            _nat.Warm.Expect(_proxy, _way);
            _awaitsFirstAnswer = true;
        }
        Begin();
    }

    public void OnAssociationFailed(bool isRefused, string reason)
    {
        _association = null;
        if (IsDirect)
        {
            _nat.ReportDirect(reason);
            RefuseAll();
            return;
        }
        if (isRefused && !_triedBoth && _proxy!.Udp.Instead(_way) is { } other)
        {
            _triedBoth = true;
            Open(other);
            return;
        }
        if (TryNext())
            return;
        _nat.ReportRefusal(this, _proxy!, reason);
        RefuseAll();
    }

    public void OnAssociationEnded(string reason)
    {
        _association = null;
        _isOpen = false;
        _isBlocked = false;
        _nat.ReportBroken(this, reason);
        if (_queue.Count > 0)
            Start();
        else
            Leave();
    }

    public void OnAssociationReadable() => _nat.Enlist(this);

    public void OnAssociationWritable()
    {
        _isBlocked = false;
        _nat.MarkDirty(this);
    }

    public void OnAnswer(DatagramSource source, in Lease payload)
    {
        bool isAnswer = _queries.OnAnswer(payload.Span);
        if (_isSecondOwner && !isAnswer && _queries.AreAll)
        {
            _nat.Counters.DatagramsForAnother++;
            return;
        }
        if (!TrySource(source, out InetEndpoint from))
        {
            OnMalformed();
            return;
        }
        if (_queries.AreAnswered)
            _nat.Rest(this);
        else
            _nat.Touch(this);
        _nat.Deliver(from, Source, payload);
        if (!_awaitsFirstAnswer)
            return;
        _awaitsFirstAnswer = false;
        _nat.Warm.OnAnswered();
    }

    public void OnMalformed() => _nat.Counters.DatagramsMalformed++;

    public void OnTooLarge(in QueuedDatagram datagram) =>
        _nat.RefuseSize(this, datagram, _association!.LargestMessage - datagram.HeaderLength);

    public void OnLost(in QueuedDatagram datagram) => _nat.Counters.DatagramsWithoutRoom++;

    public void OnRefused(in QueuedDatagram datagram, in DirectRefusal refusal) => _nat.RefuseDirect(this, datagram, refusal);

    public string? NameOf(in InetAddress address) => _nat.NameOf(Plan, address);

    /// <summary>Begins with the proxy that the policy names.</summary>
    private void Start()
    {
        if (IsDirect)
        {
            _association = _nat.AssociateDirectly(this);
            if (_association is null)
                RefuseAll();
            else
                _association.Open();
            return;
        }
        _proxies = _proxies is null ? Plan.Proxies : _nat.Proxies; // another association is another beginning
        _tried = 0;
        if (!TryNext())
            RefuseAll();
    }

    /// <summary>Goes on to a proxy that was not tried yet; false when there is none.</summary>
    private bool TryNext()
    {
        if (_proxies!.Choose(Source.Address, ref _tried, forDatagrams: true) is not { } next)
            return false;
        _proxy = next;
        _triedBoth = false;
        Open(next.Udp.First);
        return true;
    }

    private void Open(UdpRelay way)
    {
        _way = way;
        if (_queries.AreAll && _nat.TakeOver(_proxy!, way, this) is { } used)
        {
            _association = used;
            _isSecondOwner = true;
            Begin();
            return;
        }
        _isSecondOwner = false;
        if (_nat.Warm.Take(_proxy!, way, this) is { } ready)
        {
            _association = ready;
            OnAssociationOpened();
            return;
        }
        _association = _nat.Associate(_proxy!, way, this);
        _association.Open();
    }

    private void Begin()
    {
        _isOpen = true;
        _isBlocked = false;
        _nat.MarkDirty(this);
        _nat.Enlist(this);
    }

    private void RefuseAll()
    {
        for (int i = 0; i < _queue.Count; i++)
            _nat.Refuse(this, _queue[i]);
        Leave();
    }

    private void Leave()
    {
        _association = null;
        _isOpen = false;
        _queue.Clear();
        Account();
        _nat.Forget(this);
    }

    /// <summary>True when one more datagram may wait; a queue that an open association can take is emptied first.</summary>
    private bool HasRoom()
    {
        if (_queue.Count < MostQueued && _queue.Pinned < MostPinned && !_nat.IsFull)
            return true;
        Flush();
        return _queue.Count < MostQueued && _queue.Pinned < MostPinned && !_nat.IsFull;
    }

    private void Account()
    {
        _nat.Queued += _queue.Pinned - _accounted;
        _accounted = _queue.Pinned;
    }

    private SocksDestination TargetOf(in InetEndpoint destination)
    {
        // Only a mapped destination counts its questions, so only another one can be answered from the last look.
        if (!_lastIsMapped && destination == _lastAsked)
            return _lastTarget;
        if (IsDirect)
            return new SocksDestination(destination.Address, destination.Port);
        SocksDestination target = new(destination.Address, destination.Port);
        bool isMapped = _mapped is not null && _mapped.TryTarget(destination, out target);
        if (!isMapped && NameOf(destination.Address) is { } name)
        {
            isMapped = true;
            target = new SocksDestination(name, destination.Port);
            if (_mapped is null)
            {
                _mapped = new MappedPeers();
                if (!_lastIsMapped)
                    _mapped.AddDirect(_lastAsked);
            }
            _mapped.Add(destination, target);
        }
        else if (!isMapped)
        {
            target = new SocksDestination(destination.Address, destination.Port);
            _mapped?.AddDirect(destination);
        }
        _lastAsked = destination;
        _lastTarget = target;
        _lastIsMapped = isMapped;
        return target;
    }

    /// <summary>Whom the app is to see as the sender; false when its address family has no word for it.</summary>
    private bool TrySource(DatagramSource source, out InetEndpoint from)
    {
        if (_mapped is not null && _mapped.TrySource(source, out from))
            return true;
        from = source.Endpoint;
        if (!source.Name.IsEmpty)
            return _nat.TryAddressOf(source, Source.Address.IsV6, out from);
        InetAddress address = from.Address;
        // Some relays have sockets for both families and name IPv4 hosts ::ffff:a.b.c.d.
        if (!Source.Address.IsV6 && address.IsV6 && address.High == 0 && address.Low >> 32 == 0xffff)
            from = new InetEndpoint(InetAddress.FromV4((uint)address.Low), from.Port);
        return from.Address.IsV6 == Source.Address.IsV6 && !from.Address.IsUnspecified && !from.Address.IsMulticast
            && !from.Address.IsBroadcast;
    }
}
