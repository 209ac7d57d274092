using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Calls;

/// <summary>Batches, tasks, payload in place, deadlines: the calls beside the plain one.</summary>
public sealed class ManyCallsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_batch_is_served_in_the_order_of_adding()
    {
        List<byte> served = [];
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(
            new ServiceRegistry().Add(9, payload =>
            {
                lock (served)
                    served.Add(payload[0]);
                payload[0]++;
                return ServiceResult.Success;
            }), new ServiceOptions { Workers = 1 });
        using ZoneClient client = zone.OpenClient();
        ZoneBatch batch = client.NewBatch(20);
        byte[] answer = new byte[1];
        for (int round = 0; round < 5; round++)
        {
            served.Clear();
            for (int i = 0; i < 20; i++)
                Assert.Equal(CallStatus.Success, batch.Add(9, [(byte)i]));
            Assert.Equal(20, batch.Send(Patience));
            for (int i = 0; i < 20; i++)
            {
                Assert.Equal(1, batch.CopyAnswer(i, answer));
                Assert.Equal(i + 1, answer[0]);
                Assert.Equal(i, served[i]);
            }
            batch.Clear();
        }
    }

    [Fact]
    public async Task Tasks_end_with_their_own_answers()
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient client = zone.OpenClient();
        List<(Task<CallResult> Task, byte[] Answer, byte[] Expected)> calls = [];
        for (int i = 0; i < 200; i++)
        {
            byte[] request = new byte[1 + (i % 50)], answer = new byte[request.Length];
            request.AsSpan().Fill((byte)i);
            calls.Add((client.CallAsync(1, request, answer, Patience).AsTask(), answer, request));
        }
        foreach ((Task<CallResult> task, byte[] answer, byte[] expected) in calls)
        {
            CallResult result = await task.WaitAsync(Patience);
            LegacyXor.ApplyTable(expected);
            Assert.Equal(new CallResult(CallStatus.Success, expected.Length), result);
            Assert.Equal(expected, answer);
        }
    }

    [Fact]
    public void A_payload_is_written_and_read_in_place()
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient client = zone.OpenClient();
        Assert.Equal(CallStatus.Success, client.TryRent(6, out ZoneRequest? request));
        using (request)
        {
            "hello\0"u8.CopyTo(request!.Payload);
            Assert.Equal(CallStatus.Success, request.Send(1, Patience));
            Assert.Equal("164e2c2f1200", Convert.ToHexStringLower(request.Payload));
        }
        Assert.Throws<ObjectDisposedException>(() => request.Payload.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65536)]
    [InlineData(4_194_304 - 1)]
    public void A_payload_of_any_size_goes_there_and_back(int size)
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient client = zone.OpenClient();
        byte[] request = new byte[size], answer = new byte[size];
        new Random(size).NextBytes(request);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(new CallResult(CallStatus.Success, size), client.Call(66, request, answer, Patience));
            Assert.True(request.AsSpan().SequenceEqual(answer));
        }
        Assert.Equal(CallStatus.TooLarge, client.Call(66, new byte[4_194_304], answer).Status);
    }

    [Fact]
    public void A_deadline_leaves_entry_and_payload_in_quarantine_until_the_service_is_done()
    {
        using ManualResetEventSlim inside = new(), go = new();
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()).Add(9, _ =>
        {
            inside.Set();
            go.Wait();
            return ServiceResult.Success;
        }));
        using ZoneClient client = zone.OpenClient();
        byte[] answer = new byte[5];
        using CancellationTokenSource cancel = new();
        Task<CallStatus> call = Task.Run(() => client.Call(9, "hello"u8, answer, Patience, cancel.Token).Status);
        Assert.True(inside.Wait(Patience));
        cancel.Cancel();
        Assert.Equal(CallStatus.Cancelled, call.Result);
        ZoneObserver observer = new(zone);
        Assert.Equal(1, observer.Look().Quarantined);
        Assert.Equal(CallStatus.Success, client.Call(1, "hello"u8, answer, Patience).Status);
        go.Set();
        Assert.True(SpinWait.SpinUntil(() => RegionRecovery.Recover(zone) || observer.Look().Quarantined == 0, Patience));
        Assert.Equal(0, observer.Look().Quarantined);
    }

    [Fact]
    public void Without_a_service_a_call_ends_at_its_deadline_and_takes_its_message_back()
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneClient client = zone.OpenClient();
        byte[] answer = new byte[5];
        // The first is handed over, as to a legacy service; the second waits behind it and comes back.
        Assert.Equal(CallStatus.TimedOut, client.Call(1, "hello"u8, answer, TimeSpan.FromMilliseconds(20)).Status);
        Assert.Equal(CallStatus.TimedOut, client.Call(1, "hello"u8, answer, TimeSpan.FromMilliseconds(20)).Status);
        ZoneSnapshot now = new ZoneObserver(zone).Look();
        Assert.Equal((254, 0, 1, 1), (now.Free, now.Waiting, now.Processing, now.Quarantined));
    }

    [Fact]
    public void A_handler_that_throws_fails_its_message_and_nothing_else()
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(
            new ServiceRegistry().Add(new OriginalServices()).Add(9, _ => throw new InvalidOperationException("no")));
        using ZoneClient client = zone.OpenClient();
        byte[] answer = new byte[5];
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(CallStatus.Failed, client.Call(9, "hello"u8, answer, Patience).Status);
            Assert.Equal(CallStatus.Success, client.Call(1, "hello"u8, answer, Patience).Status);
        }
    }

    [Fact]
    public void A_handler_that_never_returns_is_reported_and_its_worker_replaced()
    {
        using ManualResetEventSlim go = new(), reported = new();
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(
            new ServiceRegistry().Add(new OriginalServices()).Add(9, _ =>
            {
                go.Wait();
                return ServiceResult.Success;
            }),
            new ServiceOptions { Workers = 1, HandlerLimit = TimeSpan.FromMilliseconds(100), Report = _ => reported.Set() });
        using ZoneClient client = zone.OpenClient();
        byte[] answer = new byte[5];
        Task<CallStatus> stuck = Task.Run(() => client.Call(9, "hello"u8, new byte[5], Patience).Status);
        Assert.True(reported.Wait(Patience));
        Assert.Equal(CallStatus.Success, client.Call(1, "hello"u8, answer, Patience).Status);
        Assert.True(SpinWait.SpinUntil(() => service.Statistics.StuckHandlers == 1, Patience));
        go.Set();
        Assert.Equal(CallStatus.Success, stuck.Result);
    }

    [Fact]
    public void Stopping_lets_what_was_taken_finish()
    {
        using CountdownEvent inside = new(2);
        using ManualResetEventSlim go = new();
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(9, payload =>
        {
            if (!inside.IsSet)
                inside.Signal();
            go.Wait();
            payload[0]++;
            return ServiceResult.Success;
        }), new ServiceOptions { Workers = 2, Drain = Patience });
        using ZoneClient client = zone.OpenClient();
        Task<CallStatus>[] calls = new Task<CallStatus>[6];
        for (int i = 0; i < calls.Length; i++)
            calls[i] = Task.Factory.StartNew(() => client.Call(9, "hello"u8, new byte[5], Patience).Status, TaskCreationOptions.LongRunning);
        // Two run, four wait for a worker.
        Assert.True(inside.Wait(Patience));
        Assert.True(SpinWait.SpinUntil(() => new ZoneObserver(zone).Look() is { Submitted: 6, Waiting: 0, Processing: 0 }, Patience));
        Task stop = Task.Factory.StartNew(service.Stop, TaskCreationOptions.LongRunning);
        go.Set();
        Assert.True(stop.Wait(Patience));
        Assert.All(calls, call => Assert.Equal(CallStatus.Success, call.Result));
        Assert.Equal(6, service.Statistics.Processed);
    }

    [Fact]
    public void An_entry_that_the_free_list_hands_out_twice_is_refused()
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneClient client = zone.OpenClient();
        Assert.Equal(CallStatus.Success, client.TryRent(64, out ZoneRequest? mine));
        // A peer puts the entry that is held, the first of the page, back at the head of the list.
        zone.Region.Queue.WriteUInt16(6, 0);
        Assert.Equal(CallStatus.QueueCorrupt, client.TryRent(64, out ZoneRequest? other));
        Assert.Null(other);
        mine!.Dispose();
    }

    [Fact]
    public void An_id_that_no_service_has_is_told()
    {
        using ZoneChannel zone = CallTests.NewZone();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(9, _ => ServiceResult.Success));
        using ZoneClient client = zone.OpenClient();
        Assert.Equal(CallStatus.NotExists, client.Call(10, "hello"u8, new byte[5], Patience).Status);
    }
}
