using System;
using System.Threading;
using Penstock.HyperAmp.Ring;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>A backend on a thread of its own; disposing stops it and fails when it does not stop.</summary>
internal sealed class BackendThread : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private Exception? _failure;

    public BackendThread(RingChannel channel, RingBackendOptions? options = null)
    {
        Backend = new(channel, options);
        _thread = new Thread(() =>
        {
            try
            {
                Backend.Run(_stop.Token);
            }
            catch (Exception e)
            {
                _failure = e;
            }
        });
        _thread.Start();
    }

    public RingBackend Backend { get; }

    public void Dispose()
    {
        _stop.Cancel();
        if (!_thread.Join(Region.Patience))
            throw new TimeoutException("the backend does not stop");
        _stop.Dispose();
        if (_failure is not null)
            throw new InvalidOperationException("the backend failed", _failure);
    }
}
