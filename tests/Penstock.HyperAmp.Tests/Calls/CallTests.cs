using System;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Calls;

/// <summary>A client and a service of this process over a region in /dev/shm: real memory, real threads.</summary>
public sealed class CallTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(WaitMode.Auto)]
    [InlineData(WaitMode.Spin)]
    [InlineData(WaitMode.Yield)]
    [InlineData(WaitMode.Block)]
    public void A_call_is_answered(WaitMode wait)
    {
        using ZoneChannel zone = NewZone(c => c with { Wait = wait });
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient client = zone.OpenClient();
        byte[] answer = new byte[5];
        for (int i = 0; i < 200; i++)
        {
            CallResult result = client.Call(1, "hello"u8, answer, Patience);
            Assert.Equal(CallStatus.Success, result.Status);
            Assert.Equal("164e2c2f12", Convert.ToHexStringLower(answer));
        }
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(8, 16)]
    public void Many_threads_get_their_own_answers(int workers, int threads)
    {
        using ZoneChannel zone = NewZone();
        using ZoneService service = zone.Serve(
            new ServiceRegistry().Add(new OriginalServices()), new ServiceOptions { Workers = workers });
        using ZoneClient client = zone.OpenClient();
        int wrong = 0, done = 0;
        Parallel(threads, thread =>
        {
            byte[] request = new byte[64], answer = new byte[64], plain = new byte[64];
            for (int i = 0; i < 500; i++)
            {
                BitConverter.TryWriteBytes(request, (thread * 1000) + i);
                bool first = client.Call(1, request, answer, Patience).IsSuccess;
                bool second = client.Call(2, answer, plain, Patience).IsSuccess;
                if (!first || !second || !plain.AsSpan().SequenceEqual(request))
                    Interlocked.Increment(ref wrong);
                Interlocked.Add(ref done, 2);
            }
        });
        Assert.Equal(0, wrong);
        Assert.Equal(threads * 1000, done);
    }

    internal static ZoneChannel NewZone(Func<ShmConfiguration, ShmConfiguration>? configure = null) =>
        ZoneChannel.Create($"test-{Environment.ProcessId}-{Guid.NewGuid():N}", configure);

    internal static void Parallel(int threads, Action<int> body)
    {
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int index = i;
            all[i] = new Thread(() => body(index)) { IsBackground = true };
            all[i].Start();
        }
        foreach (Thread thread in all)
            Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "a client thread hangs");
    }
}
