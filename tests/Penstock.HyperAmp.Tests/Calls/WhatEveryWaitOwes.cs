using System;
using System.Threading;
using System.Threading.Tasks;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Calls;

/// <summary>One contract for all wait strategies of clients, beside every one of a service.</summary>
public sealed class WhatEveryWaitOwes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<WaitMode, WaitMode> Pairs
    {
        get
        {
            TheoryData<WaitMode, WaitMode> pairs = [];
            foreach (WaitMode client in Enum.GetValues<WaitMode>())
            {
                foreach (WaitMode service in Enum.GetValues<WaitMode>())
                    pairs.Add(client, service);
            }
            return pairs;
        }
    }

    public static TheoryData<WaitMode> Modes => new(Enum.GetValues<WaitMode>());

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Threads_get_their_own_answers(WaitMode client, WaitMode service)
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService serving = zone.Serve(
            new ServiceRegistry().Add(new OriginalServices()), new ServiceOptions { Wait = service, Workers = 2 });
        using ZoneClient calling = zone.OpenClient(new ClientOptions { Wait = client });
        int right = 0;
        CallTests.Parallel(4, thread =>
        {
            byte[] request = new byte[16], answer = new byte[16];
            for (int i = 0; i < 50; i++)
            {
                BitConverter.TryWriteBytes(request, (thread * 1000) + i);
                bool success = calling.Call(1, request, answer, Patience).IsSuccess;
                LegacyXor.ApplyTable(answer);
                if (success && answer.AsSpan().SequenceEqual(request))
                    Interlocked.Increment(ref right);
            }
        });
        Assert.Equal(200, right);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Deadline_and_cancellation_end_a_wait_that_nothing_else_ends(WaitMode mode)
    {
        using ManualResetEventSlim inside = new(), go = new();
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(9, _ =>
        {
            inside.Set();
            go.Wait();
            return ServiceResult.Success;
        }), new ServiceOptions { Workers = 4 });
        using (ZoneClient client = zone.OpenClient(new ClientOptions { Wait = mode }))
        {
            Assert.Equal(CallStatus.TimedOut, client.Call(9, "hello"u8, new byte[5], TimeSpan.FromMilliseconds(20)).Status);
            inside.Reset();
            using CancellationTokenSource cancel = new();
            Task<CallStatus> call = Task.Run(() => client.Call(9, "hello"u8, new byte[5], Patience, cancel.Token).Status);
            Assert.True(inside.Wait(Patience));
            cancel.Cancel();
            Assert.Equal(CallStatus.Cancelled, call.Result);
            go.Set();
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_message_that_waits_behind_a_stopped_service_is_answered_by_the_next(WaitMode mode)
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneClient client = zone.OpenClient(new ClientOptions { Wait = mode });
        using (ZoneService first = zone.Serve(new ServiceRegistry().Add(new OriginalServices())))
            Assert.Equal(CallStatus.Success, client.Call(1, "hello"u8, new byte[5], Patience).Status);
        Task<CallStatus> call = Task.Run(() => client.Call(1, "hello"u8, new byte[5], Patience).Status);
        Assert.True(SpinWait.SpinUntil(() => new ZoneObserver(zone).Look() is var look && look.Processing + look.Waiting == 1, Patience));
        using ZoneService next = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        Assert.Equal(CallStatus.Success, call.Result);
    }
}
