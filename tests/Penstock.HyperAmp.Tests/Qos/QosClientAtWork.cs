using System;
using System.Linq;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Qos;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Qos;

/// <summary>Calls through the gate to a real service in this process.</summary>
public sealed class QosClientAtWork : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly ZoneChannel _zone = ZoneChannel.Create($"qos-{Guid.NewGuid():N}");

    public void Dispose() => _zone.Dispose();

    [Fact]
    public void Every_class_gets_its_answers_and_its_own_figures()
    {
        var measured = new MeteredServices(new NpuCoreServices());
        using ZoneService service = _zone.Serve(new ServiceRegistry().Add(measured));
        using ZoneClient client = _zone.OpenClient();
        var qos = new QosClient(client);
        int wrong = 0;
        // Service 1 is real time, 3 reliable, 9 throughput, 15 best effort.
        Thread[] threads = [.. new ushort[] { 1, 3, 9, 15 }.Select(id => new Thread(() =>
        {
            var answer = new byte[32];
            for (int i = 0; i < 100; i++)
            {
                if (!qos.Call(id, "hello\0\0\0\0\0\0\0\0\0"u8, answer, _patience).IsSuccess)
                    Interlocked.Increment(ref wrong);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            Assert.True(thread.Join(_patience), "a caller hangs");
        Assert.Equal(0, wrong);
        foreach (QosClass qosClass in Enum.GetValues<QosClass>())
        {
            Assert.Equal((100, 100), (qos.Meter(qosClass).Read().Sent, qos.Meter(qosClass).Read().Succeeded));
            Assert.Equal(100, qos.Meter(qosClass).Latency.Count);
            Assert.Equal(100, measured.Meter(qosClass).Read().Succeeded);
            Assert.Equal(0, qos.Gate.InUse(qosClass));
        }
    }

    [Fact]
    public void What_has_no_room_or_no_service_is_counted_as_dropped()
    {
        using ZoneClient client = _zone.OpenClient();
        var qos = new QosClient(client, new QosLimits { Bytes = 1000 });
        Assert.Equal(CallStatus.Busy, qos.Call(1, new byte[2000], [], _patience).Status);
        Assert.Equal(CallStatus.TimedOut, qos.Call(1, "x"u8, [], TimeSpan.FromMilliseconds(20)).Status);
        QosReport report = qos.Meter(QosClass.RealTime).Read();
        Assert.Equal((2, 2, 1.0), (report.Sent, report.Dropped, report.Loss));
        Assert.Equal(0, qos.Gate.InUse(QosClass.RealTime));
    }
}
