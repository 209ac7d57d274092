using System;
using System.Buffers.Binary;
using System.IO;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Notification;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Penstock.HyperAmp.Tests.Calls;
using Penstock.Linux.Memory;
using Xunit;

namespace Penstock.HyperAmp.Tests.Notification;

/// <summary>What every notifier owes, and the doorbells that can be had without their hardware.</summary>
public sealed class NotifierTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"penstock-notify-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(NotifyMode.Poll, NotifyMode.Poll)]
    [InlineData(NotifyMode.Futex, NotifyMode.Futex)]
    [InlineData(NotifyMode.EventFd, NotifyMode.EventFd)]
    [InlineData(NotifyMode.Poll, NotifyMode.EventFd)]
    [InlineData(NotifyMode.Futex, NotifyMode.Poll)]
    public void A_sleeping_service_answers_whoever_rings_or_does_not(NotifyMode client, NotifyMode service)
    {
        using ZoneChannel zone = CallTests.NewZone(c => c with { Notify = service, Wait = WaitMode.Block });
        using ZoneService serving = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        string path = zone.Path;
        using ZoneChannel other = ZoneChannel.Open(zone.Configuration with { Backend = RegionBackend.File, Path = path, Notify = client });
        using ZoneClient calling = other.OpenClient();
        byte[] answer = new byte[5];
        for (int i = 0; i < 100; i++)
            Assert.Equal(CallStatus.Success, calling.Call(1, "hello"u8, answer, Patience).Status);
    }

    [Fact]
    public void The_doorbell_word_is_zone_and_service()
    {
        File.WriteAllBytes(_path, new byte[4096]);
        using HvisorNotifier bell = HvisorNotifier.ForClient(NotifyMode.Mmio, 1, _path, 0);
        bell.Ring(66);
        Assert.Equal(0x00010042u, BinaryPrimitives.ReadUInt32LittleEndian(File.ReadAllBytes(_path)));
    }

    [Fact]
    public void A_device_that_is_not_there_is_told_with_its_name()
    {
        RegionException refusal = Assert.Throws<RegionException>(() => HvisorNotifier.ForClient(NotifyMode.Hvisor, 1, _path));
        Assert.Contains(_path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ivshmem_server_hands_out_memory_and_doorbells()
    {
        using MappedMemory memory = MappedMemory.CreateAnonymous("ivshmem-test", 4096);
        using IvshmemServer server = new(_path, memory);
        using DescriptorSocket first = DescriptorSocket.TryConnect(_path)!;
        Assert.Equal((0, false), Next(first, out _));
        Assert.Equal((0, false), Next(first, out _));
        Assert.Equal((-1, true), Next(first, out int shared));
        Assert.Equal((0, true), Next(first, out int own));
        using SharedEvent firstBell = new(own);
        using (SharedEvent file = new(shared))
        using (DescriptorSocket second = DescriptorSocket.TryConnect(_path)!)
        {
            Assert.Equal((0, false), Next(second, out _));
            Assert.Equal((1, false), Next(second, out _));
            Assert.Equal((-1, true), Next(second, out int again));
            new SharedEvent(again).Dispose();
            Assert.Equal((0, true), Next(second, out int bell));
            Assert.Equal((1, true), Next(second, out int mine));
            new SharedEvent(mine).Dispose();
            using SharedEvent theirs = new(bell);
            Assert.True(theirs.Signal());
            Assert.True(firstBell.Wait(Patience));
            Assert.Equal((1, true), Next(first, out int newcomer));
            new SharedEvent(newcomer).Dispose();
        }
        Assert.Equal((1, false), Next(first, out _));
        Assert.True(SpinWait.SpinUntil(() => server.Peers == 1, Patience));
    }

    private static (long Number, bool HasDescriptor) Next(DescriptorSocket socket, out int descriptor)
    {
        Assert.True(socket.IsReadable(Patience), "the server says nothing");
        Assert.True(socket.TryReceive(out long number, out descriptor));
        return (number, descriptor >= 0);
    }
}
