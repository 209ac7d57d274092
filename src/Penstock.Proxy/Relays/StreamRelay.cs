using System;
using System.Collections.Generic;

namespace Penstock.Proxy.Relays;

/// <summary>A granted CONNECT: text both ways, a FIN as FIN, an RST as RST.</summary>
internal sealed class StreamRelay : IRunnable, ITimed, IDisposable
{
    private readonly Worker _worker;
    private readonly StreamEnd _client;
    private readonly StreamEnd _remote;
    private readonly Pipe _up;
    private readonly Pipe _down;
    private bool _closed;

    internal StreamRelay(Worker worker, StreamEnd client, StreamEnd remote, ReadOnlySpan<byte> early)
    {
        _worker = worker;
        _client = client;
        _remote = remote;
        _up = new Pipe(worker, client, remote);
        _down = new Pipe(worker, remote, client);
        _up.Prime(early);
        Since = worker.Now;
        client.Owner = this;
        remote.Owner = this;
        worker.Adopt(this);
        worker.Idles.Add(this);
    }

    public long Since { get; private set; }

    public LinkedListNode<ITimed>? Place { get; set; }

    public void Run()
    {
        if (_closed)
            return;
        Since = _worker.Now;
        _worker.Idles.Renew(this);
        Pipe.Outcome up = _up.Pump(ref _worker.Counters.BytesUp);
        Pipe.Outcome down = up == Pipe.Outcome.Failed ? up : _down.Pump(ref _worker.Counters.BytesDown);
        if (down == Pipe.Outcome.Failed || IsCutOff())
        {
            OnDeadline();
        }
        else if (_up.Finished && _down.Finished)
        {
            Dispose();
        }
        else if (up == Pipe.Outcome.HasMore || down == Pipe.Outcome.HasMore)
        {
            _worker.Defer(this);
        }
    }

    /// <summary>Ends both sides with RST.</summary>
    public void OnDeadline()
    {
        if (_closed)
            return;
        _worker.Counters.Resets++;
        _client.Reset();
        _remote.Reset();
        End();
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _client.Close();
        _remote.Close();
        End();
    }

    /// <summary>An RST from a side that had sent its FIN already is found by nobody's read.</summary>
    private bool IsCutOff() => (_up.Finished && _client.Broken) || (_down.Finished && _remote.Broken);

    private void End()
    {
        _closed = true;
        _up.Release();
        _down.Release();
        _worker.Idles.Remove(this);
        _worker.Forget(this);
    }
}
