using System;
using System.IO;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Penstock.HyperAmp.Tests.Regions;
using Xunit;

namespace Penstock.HyperAmp.Tests.Queue;

/// <summary>A queue on uncached memory: aligned words, no compare-exchange, the lock byte left alone (S6).</summary>
public sealed class QueueOnStrictMemory : IDisposable
{
    private readonly string _path = Path.Combine("/dev/shm", $"penstock-strict-{Guid.NewGuid():N}");

    public void Dispose()
    {
        File.Delete(_path);
        foreach (string side in Directory.GetFiles("/dev/shm", $"penstock-dev-shm-{Path.GetFileName(_path)}*"))
            File.Delete(side);
    }

    [Theory]
    [InlineData(QueueLayout.V1)]
    [InlineData(QueueLayout.V2)]
    public void A_whole_request_needs_no_interlocked_operation_on_the_page(QueueLayout layout)
    {
        SideGeometry geometry = new(255, 0x10000);
        QueueView<StrictWords> queue = new(new StrictWords(new byte[0x1000], isStrict: true), layout, isStrict: true);
        SideView<StrictWords> side = new(new StrictWords(new byte[geometry.Length], isStrict: false), geometry);
        QueueFormat.Initialise(queue);
        queue.Mark = QueueMark.Idle;
        side.Initialise((uint)layout);
        side.Service = 2;
        SharedChannel<StrictWords> channel = new(queue, side, new OwnerToken(0, 1), new Everybody());

        Assert.True(channel.Enter());
        Assert.Equal(TakeStatus.Taken, channel.TryTake(64, 64, out int index, out PayloadBlock block));
        channel.Leave();
        queue.Write(index, new Message(0, 1, block.First * 64, 64));
        Assert.True(channel.Enter());
        Assert.True(channel.Submit(index));
        channel.Leave();
        Receiver<StrictWords> receiver = new(queue);
        CapturedMessage[] chain = new CapturedMessage[255];
        Assert.Equal(1, receiver.Collect(chain));
        receiver.Unlink();
        receiver.Complete(chain[0], ServiceResult.Success);
        receiver.Release();
        Assert.True(channel.Enter());
        channel.Return(index);
        _ = channel.Repair.RecoverDeadOwners(force: true);
        channel.Leave();

        Assert.Equal(layout == QueueLayout.V2 ? (byte)0x0A : (byte)0, queue.Words.ReadByte(12));
        Assert.Equal(layout, QueueFormat.Detect(queue.Words));
    }

    [Theory]
    [InlineData(QueueLayout.V1)]
    [InlineData(QueueLayout.V2)]
    public void Calls_over_a_device_mapping_come_back_whole_at_every_length(QueueLayout layout)
    {
        ShmConfiguration configuration = ShmConfiguration.Local(_path) with { Backend = RegionBackend.DevMem, Path = _path, Layout = layout };
        File.WriteAllBytes(_path, new byte[configuration.Span]);
        using ZoneChannel zone = ZoneChannel.Open(configuration);
        Assert.True(zone.Region.IsStrict);
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient client = zone.OpenClient();
        for (int length = 1; length < 80; length++)
        {
            byte[] request = new byte[length], answer = new byte[length];
            new Random(length).NextBytes(request);
            Assert.Equal(new CallResult(CallStatus.Success, length), client.Call(1, request, answer, TimeSpan.FromSeconds(20)));
            LegacyXor.ApplyTable(request);
            Assert.Equal(request, answer);
        }
    }

    private sealed class Everybody : IOwnerLiveness
    {
        public bool IsAlive(int slot) => true;
    }
}
