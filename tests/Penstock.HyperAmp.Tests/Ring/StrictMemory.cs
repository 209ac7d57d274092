using System.Linq;
using Penstock.HyperAmp.Ring;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>The ring on memory that takes aligned single words only; here on ordinary memory, touched that way.</summary>
public class StrictMemory
{
    [Fact]
    public void Calls_and_transfers_of_every_length_come_back_whole()
    {
        using var region = new Region();
        RingMemory strict = region.Memory with { IsStrict = true };
        // Interlocked is asked for and must be left alone: such memory has no compare-exchange.
        var options = new RingOptions { Locking = RingLocking.Interlocked };
        using RingChannel server = RingChannel.Create(strict, ChannelLayout.Single, RingSide.Remote, options);
        Assert.Equal(RingResult.Ok, RingChannel.TryAttach(strict, ChannelLayout.Single, RingSide.Linux, options, out RingChannel? channel));
        using (channel)
        using (new BackendThread(server))
        using (var client = new RingClient(channel!))
        {
            var answer = new byte[4096];
            for (int n = 0; n < 40; n++)
            {
                byte[] text = [.. Enumerable.Range(n, n).Select(i => (byte)i)];
                Assert.Equal(RingResult.Ok, client.Call(1, text, answer, out int length, Region.Patience));
                Assert.Equal(text.Select(b => (byte)(b ^ 0x5A)), answer[..length]);
                Assert.Equal(RingResult.Ok, client.Transfer(2, text, answer, out length, out _, Region.Patience));
                Assert.Equal(text.Select(b => (byte)(b ^ 0x5A)), answer[..length]);
            }
            Assert.Equal(0u, channel!.Sender.ReadStatus().LockCount);
        }
    }
}
