using System;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Bypass;
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
internal sealed partial class UdpSession : IDirectOwner
{
    private const int MostQueued = 512;
    private const int MostPinned = 1 << 20;
    private const int TurnReceives = 8;

    private readonly UdpNat _nat;
    private UplinkAssociation? _association;
    private bool _isOpen;
    private bool _isBlocked;
    private bool _isGone;
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
        if (_isGone) // refused with those before it of the same packet, or in whose stead it would have waited
        {
            _nat.Counters.DatagramsRefused++;
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
        if (_isOpen && IsStranded)
            Move();
        else if (_association is null)
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
        _isAnswered = true;
        _heardAt = _nat.Now;
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

    private void Leave()
    {
        _association = null;
        _isOpen = false;
        _isGone = true;
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
        if (!Source.Address.IsV6)
            from = new InetEndpoint(address.Unmapped, from.Port);
        return from.Address.IsV6 == Source.Address.IsV6 && !from.Address.IsUnspecified && !from.Address.IsMulticast
            && !from.Address.IsBroadcast;
    }
}
