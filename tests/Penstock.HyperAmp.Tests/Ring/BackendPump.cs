using System;
using System.Threading;
using Penstock.HyperAmp.Ring;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>Runs a backend that the test also steps by hand, while it exists.</summary>
internal sealed class BackendPump : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;

    public BackendPump(RingBackend backend)
    {
        _thread = new Thread(() => backend.Run(_stop.Token));
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Cancel();
        if (!_thread.Join(Region.Patience))
            throw new TimeoutException("the backend does not stop");
        _stop.Dispose();
    }
}
