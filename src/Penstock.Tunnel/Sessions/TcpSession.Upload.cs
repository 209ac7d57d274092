using System;
using Penstock.Linux;
using Penstock.Linux.Batches;
using Penstock.Stack.Buffers;

namespace Penstock.Tunnel.Sessions;

// App to uplink:
//   1. OnAppText     the stack delivers text; it waits in _upload, the session is on the shard's list to be flushed
//   2. FlushUpload   after the read batch: one send for all pieces; what was taken opens the receive window
//   3. OnUplinkWritable   the rest, when the uplink takes more
//   4. OnAppFin      when everything has been taken, the FIN is passed on
internal sealed partial class TcpSession
{
    private const int MaxPiecesPerSend = 16;
    private LeaseQueue _upload;
    private int _inBatch;
    private bool _uploadBlocked;
    private bool _appFin;
    private bool _finPassedOn;

    /// <summary>True while the session is on the shard's list to be flushed.</summary>
    public bool IsDirty { get; set; }

    /// <summary>False at the memory budget, when nothing says that the text would leave soon: the app sends it again.</summary>
    public bool OnAppText(in Lease text)
    {
        bool isSpent = _shard.Pool.Budget.IsSpent;
        if (isSpent && (_uploadBlocked || !_isOpen))
        {
            _shard.ReportNoMemory();
            return false;
        }
        _upload.Enqueue(text, _shard.UploadRings);
        if (isSpent)
            FlushUpload(); // not with the batch: the first packet that does not leave is the last one taken
        else
            _shard.MarkDirty(this);
        return true;
    }

    public void OnAppFin()
    {
        _appFin = true;
        _shard.MarkDirty(this);
    }

    public void OnUplinkWritable()
    {
        _uploadBlocked = false;
        FlushUpload();
    }

    /// <summary>Sends what waits, as far as the uplink takes it.</summary>
    public void FlushUpload()
    {
        if (!_isOpen)
        {
            _upload.Compact(_shard.Pool);
            return;
        }
        while (_upload.Count > 0 && !_uploadBlocked)
        {
            if (!SendPieces())
                return;
        }
        if (_appFin && !_finPassedOn && _upload.Count == 0)
            PassFinOn();
    }

    /// <summary>Adds what waits to a batch of sends; false when there is nothing that a batch could take.</summary>
    /// <remarks>Nothing else may happen between this and <see cref="OnSent(SysResult)"/> than that the batch is submitted.</remarks>
    public bool TryJoinSends(IoBatch batch)
    {
        if (!_isOpen || _uploadBlocked || _upload.Count == 0 || !_uplink!.TryBegin(batch, BatchOperation.Send))
            return false;
        int count = Math.Min(_upload.Count, MaxPiecesPerSend);
        for (int i = 0; i < count; i++)
        {
            batch.Add(_upload[i].Span);
            _inBatch += _upload[i].Length;
        }
        return true;
    }

    /// <summary>What the batch's send gave.</summary>
    public void OnSent(SysResult sent)
    {
        int offered = _inBatch;
        _inBatch = 0;
        if (_isOpen && OnSent(sent, offered))
            FlushUpload();
    }

    private bool SendPieces()
    {
        Span<IoVector> vectors = stackalloc IoVector[MaxPiecesPerSend];
        GatherList pieces = new(vectors);
        int count = Math.Min(_upload.Count, MaxPiecesPerSend);
        for (int i = 0; i < count; i++)
            pieces.Add(_upload[i].Span);
        return OnSent(_uplink!.Send(ref pieces), pieces.Length);
    }

    private bool OnSent(SysResult sent, int offered)
    {
        if (!sent.IsSuccess && !sent.IsAgain)
        {
            OnUplinkBroken(sent.Errno);
            return false;
        }
        int taken = sent.IsSuccess ? (int)sent.Value : 0;
        if (taken > 0)
        {
            _shard.Unanswered.Remove(Waiting);
            if (_acknowledgedAt != 0)
                _shard.LearnFromAcknowledgement(-1);
            _acknowledgedAt = 0;
            _upload.Drop(taken, _shard.UploadRings);
            _shard.Counters.BytesToUplink += taken;
            _shard.Touch(this);
            if (!_appEnded)
                _app!.Consume(taken);
        }
        if (taken < offered)
        {
            _uploadBlocked = true;
            _upload.Compact(_shard.Pool);
        }
        return true;
    }

    private void PassFinOn()
    {
        _finPassedOn = true;
        if (!_uplinkEnded)
            _uplink!.ShutdownSend(); // else closing says it
        FinishIfBothClosed();
    }

    private void FinishIfBothClosed()
    {
        if (!_finPassedOn || !_uplinkEnded)
            return;
        // Both streams have been passed on whole; only the app's last acknowledgements are still to come.
        _uplink?.Close(reset: false);
        _uplink = null;
        _isOpen = false;
        if (_appEnded)
            Leave();
    }

    /// <summary>The uplink failed in mid-stream: the app is to see that, not a clean end.</summary>
    private void OnUplinkBroken(int errno)
    {
        _shard.ReportBroken(_app!.Flow, errno);
        Abort(resetUplink: true);
    }
}
