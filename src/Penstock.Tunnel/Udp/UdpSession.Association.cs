using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Udp;

// How a session comes to its association, and what becomes of it when that ends.
internal sealed partial class UdpSession
{
    private const long Early = 5_000_000;
    private const long Unheard = 3_000_000;

    private ProxySet? _proxies;
    private ProxyServer? _proxy;
    private ulong _tried;
    private UdpRelay _way;
    private bool _triedBoth;
    private bool _isOwn;      // the association was made for this session
    private bool _isAnswered; // by it
    private long _heardAt;    // an answer, or its opening

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
        }
        else
        {
            GoOn(isRefused, reason);
        }
    }

    public void OnAssociationEnded(string reason)
    {
        _association = null;
        _isOpen = false;
        _isBlocked = false;
        // One that was granted, relayed nothing and broke is as good as a refusal: said again and again it would only be a storm.
        bool isRefusal = _proxy is not null && _isOwn && !_isAnswered && _nat.Now - _heardAt < Early;
        if (isRefusal && _queue.Count > 0)
        {
            GoOn(isRefused: true, reason);
            return;
        }
        if (isRefusal)
            Doubt(reason);
        else
            _nat.ReportBroken(this, reason);
        if (_queue.Count > 0)
            Start();
        else
            Leave();
    }

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

    /// <summary>The other way to the same proxy if this one was refused, then the next proxy; the apps are told when there is neither.</summary>
    private void GoOn(bool isRefused, string reason)
    {
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

    /// <summary>What was sent is lost, and nothing waits: the next source tries the other way first.</summary>
    private void Doubt(string reason)
    {
        if (_proxy!.Udp.Instead(_way) is { } other)
            _proxy.Udp.Works(other);
        _nat.Warn(this, _proxy, reason);
        _nat.ReportBroken(this, reason);
    }

    /// <summary>The proxy is down and says nothing, and another is up: an app that goes on sending would keep the session for ever.</summary>
    private bool IsStranded => _proxy is { Health.IsUp: false } && _nat.Now - _heardAt > Unheard
        && _proxies!.HasBetter(_proxies.Only(_proxy), forDatagrams: true);

    private void Move()
    {
        _nat.ReportBroken(this, $"the proxy is down: {_proxy!.Health.Reason}");
        _association!.Close();
        _association = null;
        _isOpen = false;
        _isBlocked = false;
        Start();
    }

    private void Open(UdpRelay way)
    {
        _way = way;
        if (way == UdpRelay.Udp)
            _queue.Unstamp(); // the other way's lengths lie where this one has zeros
        if (_queries.AreAll && _nat.TakeOver(_proxy!, way, this) is { } used)
        {
            _association = used;
            _isSecondOwner = true;
            _isOwn = false;
            Begin();
            return;
        }
        _isSecondOwner = false;
        if (_nat.Warm.Take(_proxy!, way, this) is { } ready)
        {
            _association = ready;
            _isOwn = false;
            OnAssociationOpened();
            return;
        }
        _isOwn = true;
        _association = _nat.Associate(_proxy!, way, this);
        _association.Open();
    }

    private void Begin()
    {
        _isOpen = true;
        _isBlocked = false;
        _isAnswered = false;
        _heardAt = _nat.Now;
        _nat.MarkDirty(this);
        _nat.Enlist(this);
    }

    private void RefuseAll()
    {
        for (int i = 0; i < _queue.Count; i++)
            _nat.Refuse(this, _queue[i]);
        Leave();
    }
}
