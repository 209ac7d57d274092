using Penstock.Stack.Tcp;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;

namespace Penstock.Tunnel.Sessions;

/// <summary>One app connection and the uplink stream that carries it.</summary>
/// <remarks>
/// <code>
///              OnOpening           OnUplinkOpened
///   (SYN) ───► Opening ──────────► Relaying ───► both FINs passed on ───► Draining ───► (OnEnd)
///                 │ OnUplinkFailed    │ RST of either side, idle, evicted
///                 ▼                   ▼
///              refused             both sides reset
/// </code>
/// The file names its two directions: <c>TcpSession.Upload.cs</c> (app to uplink) and <c>TcpSession.Download.cs</c>.
/// Everything runs on the shard's thread.
/// </remarks>
internal sealed partial class TcpSession : IUplinkOwner
{
    private readonly Shard _shard;
    private UplinkStream? _uplink;
    private TcpConnection? _app;
    private bool _isOpen;
    private bool _appEnded;

    public TcpSession(Shard shard, TcpConnection app)
    {
        _shard = shard;
        _app = app;
        Activity = new DeadlineNode<TcpSession>(this);
        Waiting = new DeadlineNode<TcpSession>(this);
    }

    /// <summary>Place in the shard's order of activity.</summary>
    public DeadlineNode<TcpSession> Activity { get; }

    /// <summary>Place among the sessions whose app has not completed its handshake, later among those whose uplink waits for an acknowledgement.</summary>
    public DeadlineNode<TcpSession> Waiting { get; }

    /// <summary>True when both sides are gone; the session may still stand in a queue of its shard.</summary>
    public bool HasEnded => _app is null;

    /// <summary>Starts the uplink; the app's SYN is answered when its outcome is known, or now.</summary>
    public void Open(UplinkStream uplink, bool acceptEarly)
    {
        _uplink = uplink;
        uplink.Open();
        if (acceptEarly)
            _app!.Accept();
    }

    public void OnUplinkOpened()
    {
        _isOpen = true;
        _shard.Touch(this);
        if (!_shard.AcceptsEarly)
            _app!.Accept();
        FlushUpload();
        _shard.Enlist(this);
    }

    public void OnUplinkFailed(UplinkFailure failure, string reason)
    {
        TcpConnection app = _app!;
        _uplink = null;
        _shard.Counters.SessionsRefused++;
        _shard.ReportRefusal(app.Flow, reason);
        if (_shard.AcceptsEarly)
            app.Abort();
        else
            Refuse(app, failure);
        Leave();
    }

    /// <summary>The app's connection has ended; nothing of it may be used any more.</summary>
    /// <remarks>
    /// After a close in good order what the app sent may still wait for the uplink (the uplink's FIN came first, and the
    /// app's acknowledgement of it before the uplink took all): that is passed on whole before the session ends. The app
    /// may use its ports again meanwhile: the new flow has a session of its own.
    /// </remarks>
    public void OnAppEnd(TcpEnd end)
    {
        if (end == TcpEnd.Closed && _isOpen && !_finPassedOn)
        {
            _appFin = true;
            _appEnded = true;
            _shard.MarkDirty(this);
            return;
        }
        _uplink?.Close(reset: end is TcpEnd.PeerReset or TcpEnd.TimedOut);
        _uplink = null;
        Leave();
    }

    /// <summary>Ends both sides: the app sees RST, the uplink a FIN, as for an idle or evicted session.</summary>
    public void Abort(bool resetUplink)
    {
        _uplink?.Close(resetUplink);
        _uplink = null;
        _app?.Abort();
        Leave();
    }

    private static void Refuse(TcpConnection app, UplinkFailure failure)
    {
        // ICMP codes: RFC 792 and RFC 1812 for IPv4, RFC 4443 section 3.1 for IPv6.
        switch (failure)
        {
            case UplinkFailure.NetworkUnreachable:
                app.RefuseUnreachable(codeV4: 0, codeV6: 0);
                break;
            case UplinkFailure.HostUnreachable:
                app.RefuseUnreachable(codeV4: 1, codeV6: 3);
                break;
            case UplinkFailure.Prohibited:
                app.RefuseUnreachable(codeV4: 13, codeV6: 1);
                break;
            default:
                app.Refuse();
                break;
        }
    }

    private void Leave()
    {
        if (_app is not { } app)
            return;
        _app = null;
        _isOpen = false;
        _upload.Clear(_shard.UploadRings);
        app.State = null;
        _shard.Forget(this);
    }
}
