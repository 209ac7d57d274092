using System;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Calls;

/// <summary>The budget: no byte allocated per request, by client or service.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void A_synchronous_call_allocates_nothing()
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient client = zone.OpenClient();
        byte[] request = new byte[64], answer = new byte[64];
        Call(client, request, answer, 2000);
        // Anything a background thread of the runtime allocates would count too, so a few bytes a thousand calls are not ours.
        long best = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Call(client, request, answer, 5000);
            best = Math.Min(best, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        Assert.Equal(0, best / 5000);
    }

    private static void Call(ZoneClient client, byte[] request, byte[] answer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            CallStatus status = client.Call(1, request, answer).Status;
            if (status != CallStatus.Success)
                Assert.Equal(CallStatus.Success, status);
        }
    }
}
