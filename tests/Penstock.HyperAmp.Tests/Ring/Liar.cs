using System;
using System.Threading;
using Penstock.HyperAmp.Ring;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>Answers the next bulk message with a descriptor of the test's choice.</summary>
internal sealed class Liar : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stop;

    public Liar(RingChannel channel, BulkDescriptor answer)
    {
        _thread = new Thread(() =>
        {
            var payload = new byte[4096];
            MessageHeader header;
            while (channel.Receiver.TryReceive(out header, payload) != RingResult.Ok)
            {
                if (_stop)
                    return;
                Thread.Yield();
            }
            answer.Write(payload);
            channel.Sender.TrySend(header, payload.AsSpan(0, BulkDescriptor.Size));
        });
        _thread.Start();
    }

    public void Dispose()
    {
        _stop = true;
        if (!_thread.Join(Region.Patience))
            throw new TimeoutException("the liar does not stop");
    }
}
