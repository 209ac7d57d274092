using System;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Calls;

/// <summary>The budget: no byte allocated per request, on the thread of the client and on the threads of the service.</summary>
public sealed class AllocationTests
{
    [ThreadStatic]
    private static long s_seen;

    [Fact]
    public void A_synchronous_call_allocates_nothing()
    {
        long serviceBytes = 0;
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(7, payload =>
        {
            // Whatever this thread allocated since its last message was for messages.
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (s_seen != 0)
                Interlocked.Add(ref serviceBytes, now - s_seen);
            s_seen = GC.GetAllocatedBytesForCurrentThread();
            payload[0]++;
            return ServiceResult.Success;
        }));
        using ZoneClient client = zone.OpenClient();
        byte[] request = new byte[64], answer = new byte[64];
        Call(client, request, answer, 2000);
        Interlocked.Exchange(ref serviceBytes, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call(client, request, answer, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, serviceBytes);
    }

    private static void Call(ZoneClient client, byte[] request, byte[] answer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            CallStatus status = client.Call(7, request, answer).Status;
            if (status != CallStatus.Success)
                Assert.Equal(CallStatus.Success, status);
        }
    }
}
