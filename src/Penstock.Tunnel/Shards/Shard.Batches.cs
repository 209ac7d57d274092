using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Linux.Batches;
using Penstock.Tunnel.Sessions;

namespace Penstock.Tunnel.Shards;

// What enters the kernel together, a batch each:
//
//   sends      one for each session that has text           FlushUploads
//   receives   one for each session whose uplink is ready   ServeReady
//   packets    all that the stack owes                      FlushStack
//
// Each is two steps with nothing in between: whoever takes part joins, then the batch runs and everybody is told. What
// a session does when it is told may end others, which have joined nothing at that moment. Whoever cannot join is served
// alone afterwards.
internal sealed partial class Shard
{
    private const int MostReceives = 16;
    private readonly List<TcpSession> _joined = new(IoBatch.Capacity);
    private readonly Queue<TcpSession> _alone = new(64);
    private readonly DownloadBuffers[] _receives = new DownloadBuffers[MostReceives];
    private IoBatch _batch = null!;

    private void FlushUploads()
    {
        if (_dirty.Count > 1)
            SendTogether();
        // A flush can end its session or another, and mark more: the list may grow while it is walked.
        for (int i = 0; i < _dirty.Count; i++)
        {
            TcpSession session = _dirty[i];
            if (!session.IsDirty)
                continue;
            session.IsDirty = false;
            session.FlushUpload();
        }
        _dirty.Clear();
    }

    private void SendTogether()
    {
        for (int i = 0; i < _dirty.Count; i++)
        {
            TcpSession session = _dirty[i];
            if (!session.TryJoinSends(_batch))
                continue;
            session.IsDirty = false;
            _joined.Add(session);
            if (_batch.IsFull)
                RunSends();
        }
        RunSends();
    }

    private void RunSends()
    {
        _batch.Submit();
        for (int i = 0; i < _joined.Count; i++)
            _joined[i].OnSent(_batch.ResultOf(i));
        _joined.Clear();
        _batch.Clear();
    }

    private void ServeReady()
    {
        if (_starved.Count > 0)
            FeedStarved();
        int turns = _ready.Count;
        if (turns > 1 && _batch.IsOneCall)
        {
            ReceiveTogether(turns);
            turns = 0;
        }
        for (; turns > 0; turns--)
        {
            TcpSession session = _ready.Dequeue();
            session.IsReady = false;
            session.Pump();
        }
    }

    private void ReceiveTogether(int turns)
    {
        for (; turns > 0; turns--)
        {
            TcpSession session = _ready.Dequeue();
            session.IsReady = false;
            if (!session.TryJoinReceives(_batch, _receives[_joined.Count]))
            {
                _receives[_joined.Count].Release(); // nobody else may come in this turn who would fill them
                _alone.Enqueue(session);
                continue;
            }
            _joined.Add(session);
            if (_joined.Count == MostReceives)
                RunReceives();
        }
        RunReceives();
        while (_alone.TryDequeue(out TcpSession? session))
            session.Pump();
    }

    private void RunReceives()
    {
        _batch.Submit();
        for (int i = 0; i < _joined.Count; i++)
            _joined[i].OnReceived(_batch.ResultOf(i), _receives[i]);
        for (int i = 0; i < _joined.Count; i++)
            _receives[i].Release();
        _joined.Clear();
        _batch.Clear();
    }

    private void FlushStack()
    {
        if (_batch.IsOneCall)
            _output.BeginBatch(_batch);
        _stack.Flush(Now, moreToCome: _deviceReadable);
        _output.EndBatch();
        if (!_output.BigRefusal.IsSuccess && _stack.Tcp.WritesBig)
            WriteNoBigAnyMore(_output.BigRefusal);
    }

    /// <summary>The memory for a BIG TCP packet comes in pieces of 32 KB, which a machine that runs long may not have.</summary>
    private void WriteNoBigAnyMore(SysResult refusal)
    {
        _stack.Tcp.WritesBig = false;
        _group.Notices.Device.Write($"{ThreadName}: the device refused a packet of more than 65535 bytes: {refusal}; smaller ones from now on");
    }
}
