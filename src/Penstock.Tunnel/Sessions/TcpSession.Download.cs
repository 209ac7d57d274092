using System;
using Penstock.Linux;
using Penstock.Linux.Batches;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel.Sessions;

// Uplink to app:
//   1. OnUplinkReadable   the session joins the shard's ready list, once the app's handshake is complete
//   2. Pump               one receive into as many buffers as the flow has been filling; each becomes text of the app's
//                         connection and leaves as super-packets when the shard flushes
//   3. OnAppSpace         acknowledgements made room: back to the ready list
//   4. end of stream      FIN to the app; an error is RST to the app
internal sealed partial class TcpSession
{
    private const int TurnBytes = 512 * 1024;
    private bool _readable;
    private bool _isEstablished;
    private bool _uplinkEnded;
    private byte _buffersWanted = 1;
    private bool _proxyWaits;
    private int _room;
    private long _acknowledgedAt;

    /// <summary>True while the session is on the shard's ready list.</summary>
    public bool IsReady { get; set; }

    public void OnUplinkReadable()
    {
        _readable = true;
        _shard.Enlist(this);
    }

    public void OnAppEstablished()
    {
        _isEstablished = true;
        _shard.HalfOpen.Remove(Waiting);
        if (_readable)
            _shard.Enlist(this);
    }

    public void OnAppSpace()
    {
        if (_readable)
            _shard.Enlist(this);
    }

    /// <summary>Moves text until the uplink is empty, the app's connection is full, or the turn is over.</summary>
    public void Pump()
    {
        int moved = 0;
        while (_readable && _isOpen && _isEstablished && !_uplinkEnded)
        {
            if (moved >= TurnBytes)
            {
                _shard.Enlist(this);
                return;
            }
            int space = _app!.SendSpace;
            if (space <= 0)
                return;
            DownloadBuffers buffers = _shard.Download;
            if (!buffers.Prepare(_buffersWanted))
            {
                if (_app.Unacknowledged > 0)
                {
                    _shard.WaitForMemory(this);
                    return;
                }
                space = Math.Min(space, DownloadBuffers.Morsel);
            }
            int received = Receive(buffers, space);
            if (received <= 0)
                return;
            moved += received;
        }
    }

    /// <summary>Adds a receive to a batch; false when this is not the moment for one, or memory is short.</summary>
    /// <remarks>Nothing else may happen between this and <see cref="OnReceived(SysResult, DownloadBuffers)"/> than that the batch is submitted.</remarks>
    public bool TryJoinReceives(IoBatch batch, DownloadBuffers buffers)
    {
        if (!_readable || !_isOpen || !_isEstablished || _uplinkEnded)
            return false;
        int space = _app!.SendSpace;
        if (space <= 0 || !buffers.TryPrepare(_buffersWanted) || !_uplink!.TryBegin(batch, BatchOperation.Receive))
            return false;
        _room = buffers.Describe(batch, space);
        return true;
    }

    /// <summary>What the batch's receive gave.</summary>
    public void OnReceived(SysResult result, DownloadBuffers buffers)
    {
        if (_isOpen && OnReceived(result, _room, buffers) > 0 && _readable)
            _shard.Enlist(this);
    }

    private int Receive(DownloadBuffers buffers, int space)
    {
        Span<IoVector> vectors = stackalloc IoVector[DownloadBuffers.Count];
        ScatterList pieces = new(vectors);
        int room = buffers.Describe(ref pieces, space);
        return OnReceived(_uplink!.Receive(ref pieces), room, buffers);
    }

    private int OnReceived(SysResult result, int room, DownloadBuffers buffers)
    {
        if (!result.IsSuccess)
        {
            if (result.IsAgain)
                _readable = false;
            else
                OnUplinkBroken(result.Errno);
            return 0;
        }
        int received = (int)result.Value;
        if (received == 0)
        {
            EndOfUplink();
            return 0;
        }
        _shard.Counters.BytesFromUplink += received;
        _shard.Touch(this);
        buffers.Deliver(_app!, received);
        if (received == room)
        {
            _buffersWanted = (byte)Math.Min(_buffersWanted * 2, DownloadBuffers.Count);
            return received;
        }
        // Less than offered: the uplink is empty, and its edge will come again, unless its end is already there.
        _readable = _uplink!.EndIsNear;
        _buffersWanted = (byte)DownloadBuffers.For(received);
        if (received <= DownloadBuffers.SmallText)
            AcknowledgeSoon();
        return received;
    }

    /// <summary>
    /// A proxy that leaves Nagle on holds its next small write until this side has acknowledged the last one, and the
    /// kernel delays that by 40 ms. The app's next text carries the acknowledgement for nothing; when none comes within
    /// a moment (<see cref="AcknowledgementPatience"/>) it is sent alone, and at once from then on if it turns out that
    /// the proxy was waiting for it.
    /// </summary>
    private void AcknowledgeSoon()
    {
        if (_acknowledgedAt != 0)
        {
            _proxyWaits |= _shard.LearnFromAcknowledgement(_shard.Now - _acknowledgedAt);
            _acknowledgedAt = 0;
        }
        if (_proxyWaits)
            _uplink!.AcknowledgeNow();
        else
            _shard.Unanswered.Touch(Waiting, _shard.Now);
    }

    /// <summary>No text of the app came to carry the acknowledgement.</summary>
    public void OnUnanswered()
    {
        if (_uplink?.AcknowledgeNow() == true)
            _acknowledgedAt = _shard.Now;
    }

    private void EndOfUplink()
    {
        _uplinkEnded = true;
        _readable = false;
        _app!.ShutdownSend();
        FinishIfBothClosed();
    }
}
