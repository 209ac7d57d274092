using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Penstock.HyperAmp.Tests.Crash;
using Xunit;

namespace Penstock.HyperAmp.Tests.Hostile;

/// <summary>A process rewrites queue, payload and side region at random while service and clients run.</summary>
public sealed class HostilePeerTests : IDisposable
{
    private readonly string _path = Path.Combine("/dev/shm", $"penstock-hostile-{Guid.NewGuid():N}");

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".side");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_crashes_every_call_ends_and_service_goes_on_once_the_page_is_whole(int seed)
    {
        using ZoneChannel zone = ZoneChannel.Open(ShmConfiguration.Local(_path) with { Backend = RegionBackend.File, Path = _path });
        ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        long ended = 0;
        Thread[] clients = new Thread[3];
        for (int i = 0; i < clients.Length; i++)
        {
            // Joined while the page is whole: joining a page in no layout is refused.
            ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromMilliseconds(50) });
            clients[i] = new Thread(() =>
            {
                using ZoneClient own = client;
                byte[] request = new byte[500], answer = new byte[500];
                for (int call = 0; call < 20; call++)
                {
                    _ = client.Call(1, request, answer);
                    Interlocked.Increment(ref ended);
                }
            });
        }
        using Process scribbler = VictimProcess.Start(
            "scribble-queue", _path, $"{zone.Region.Payload.Length}", $"{zone.Region.Queue.Length}", $"{seed}");
        foreach (Thread client in clients)
            client.Start();
        foreach (Thread client in clients)
            Assert.True(client.Join(TimeSpan.FromSeconds(60)), $"a client hangs after {ended} calls");
        VictimProcess.Finish(scribbler);
        Assert.Equal(60, ended);
        service.Dispose();

        // Nobody lives any more: an operator makes the region anew, and all is well.
        File.Delete(_path + ".side");
        RegionRecovery.Initialise(zone, force: true);
        using ZoneService next = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient fresh = zone.OpenClient();
        byte[] text = new byte[5];
        Assert.Equal(CallStatus.Success, fresh.Call(1, "hello"u8, text).Status);
        Assert.Equal("164e2c2f12", Convert.ToHexStringLower(text));
    }
}
