using System;
using System.IO;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Penstock.Linux.Memory;
using Xunit;

namespace Penstock.HyperAmp.Tests.Hostile;

/// <summary>Somebody rewrites queue, payload and side region at random while service and clients run.</summary>
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
        bool stop = false;
        long ended = 0;
        Thread scribbler = new(() => Scribble(zone, seed, ref stop));
        Thread[] clients = new Thread[3];
        for (int i = 0; i < clients.Length; i++)
        {
            clients[i] = new Thread(() =>
            {
                using ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromMilliseconds(50) });
                byte[] request = new byte[500], answer = new byte[500];
                for (int call = 0; call < 20; call++)
                {
                    _ = client.Call(1, request, answer);
                    Interlocked.Increment(ref ended);
                }
            });
        }
        foreach (Thread client in clients)
            client.Start();
        scribbler.Start();
        foreach (Thread client in clients)
            Assert.True(client.Join(TimeSpan.FromSeconds(60)), $"a client hangs after {ended} calls");
        Volatile.Write(ref stop, true);
        scribbler.Join();
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

    private static void Scribble(ZoneChannel zone, int seed, ref bool stop)
    {
        Random random = new(seed);
        using MappedMemory side = MappedMemory.OpenFile(zone.Region.SidePath, 4096);
        using MappedMemory whole = MappedMemory.OpenFile(zone.Region.SidePath, (int)new FileInfo(zone.Region.SidePath).Length);
        MappedWindow[] windows = [zone.Region.Queue, zone.Region.Payload, whole.Window];
        while (!Volatile.Read(ref stop))
        {
            for (int i = 0; i < 50; i++)
            {
                MappedWindow window = windows[random.Next(3)];
                window.WriteUInt16(random.Next(window.Length / 2) * 2, (ushort)(random.Next(3) == 0 ? random.Next() : random.Next(300)));
            }
            Processor.Nap(TimeSpan.FromMicroseconds(100));
        }
    }
}
