using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Penstock.HyperAmp.Ring;
using Xunit;

namespace Penstock.HyperAmp.Tests.Ring;

/// <summary>Client and backend over shared and separate blocks; both ends are ours, in one process.</summary>
public class CallsOverARing
{
    public static TheoryData<bool, RingLocking> Kinds => new()
    {
        { false, RingLocking.SingleRole },
        { false, RingLocking.Interlocked },
        { true, RingLocking.SingleRole },
        { true, RingLocking.Interlocked },
    };

    private static void WithBackend(RingOptions options, Action<RingClient, BackendThread> test, RingBackendOptions? backendOptions = null, ChannelLayout? layout = null)
    {
        using var region = new Region();
        using RingChannel server = region.Create(options, layout);
        using RingChannel channel = region.Attach(options, layout);
        using var backend = new BackendThread(server, backendOptions);
        using var client = new RingClient(channel);
        test(client, backend);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_service_call_is_answered_with_the_masked_text(bool separate, RingLocking locking) =>
        WithBackend(new() { SeparateData = separate, Locking = locking }, (client, _) =>
        {
            var answer = new byte[4096];
            for (int i = 0; i < 600; i++)
            {
                Assert.Equal(RingResult.Ok, client.Call(1, "hello"u8, answer, out int length, Region.Patience));
                Assert.Equal("323f363635", Convert.ToHexStringLower(answer.AsSpan(0, length)));
            }
            Assert.Equal(RingResult.Ok, client.Call(0, "echo"u8, answer, out int echoed, Region.Patience));
            Assert.Equal("echo", Encoding.ASCII.GetString(answer, 0, echoed));
            Assert.Equal(0, client.UnmatchedMessages);
        });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Many_threads_each_get_their_own_answers(bool separate, RingLocking locking) =>
        WithBackend(new() { SeparateData = separate, Locking = locking }, (client, _) =>
        {
            var failures = new ConcurrentQueue<string>();
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(n => new Thread(() =>
            {
                var answer = new byte[4096];
                for (int i = 0; i < 300; i++)
                {
                    byte[] text = Encoding.ASCII.GetBytes($"thread {n} call {i} {new string('.', i * 7 % 3000)}");
                    RingResult result = client.Call(0, text, answer, out int length, TimeSpan.FromSeconds(60));
                    if (result != RingResult.Ok || !answer.AsSpan(0, length).SequenceEqual(text))
                        failures.Enqueue($"{n}/{i}: {result}");
                }
            }))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
            Assert.Empty(failures);
        });

    [Fact]
    public void A_session_is_opened_used_and_closed_as_with_the_simulator() =>
        WithBackend(new(), (client, thread) =>
        {
            var wanted = new SessionCreate(6, SessionState.None, 50000, 0xC0A80164, 80, 0x08080808);
            Assert.Equal(RingResult.Ok, client.OpenSession(wanted, out RingSession? session, Region.Patience));
            Assert.Equal((1000, 2000), (session!.Frontend, session.Backend));
            Assert.Equal(wanted with { State = SessionState.Established }, session.Parameters);
            Assert.Equal(RingResult.Ok, client.OpenSession(wanted, out RingSession? second, Region.Patience));
            Assert.Equal((1001, 2001), (second!.Frontend, second.Backend));

            var answer = new byte[4096];
            byte[] request = new byte[HttpRequest.Size];
            "GET"u8.CopyTo(request);
            Assert.Equal(RingResult.Ok, client.Exchange(session, request, answer, out int length, Region.Patience));
            Assert.Equal(HttpRequest.FixedAnswer, answer.AsSpan(0, length));
            request[0] = (byte)'g';
            Assert.Equal(RingResult.Ok, client.Exchange(session, request, answer, out length, Region.Patience));
            Assert.Equal(request, answer.AsSpan(0, length));
            Assert.Equal(RingResult.Ok, client.CloseSession(session, Region.Patience));
            Assert.Equal(RingResult.Ok, client.OpenSession(wanted, out _, Region.Patience));
            Assert.Equal(3, thread.Backend.Counters.Sessions);
        });

    [Fact]
    public void Texts_and_short_data_are_shown_and_not_answered()
    {
        var shown = new ConcurrentQueue<string>();
        var options = new RingBackendOptions
        {
            Received = (in MessageHeader header, ReadOnlySpan<byte> payload) => shown.Enqueue($"{header.Type} {Encoding.ASCII.GetString(payload)}"),
        };
        WithBackend(new(), (client, thread) =>
        {
            Assert.Equal(RingResult.Ok, client.Post(new(MessageType.Device, 0, 0), "eth0"u8, Region.Patience));
            Assert.Equal(RingResult.Ok, client.Post(new(MessageType.Strategy, 0, 0), "fair"u8, Region.Patience));
            Assert.Equal(RingResult.Ok, client.Post(new(MessageType.Data, 1, 1), "short"u8, Region.Patience));
            Assert.Equal(RingResult.Ok, client.Post(new((MessageType)0x77, 1, 1), "what"u8, Region.Patience));
            Assert.Equal(RingResult.Ok, client.Call(0, "after"u8, new byte[8], out int _, Region.Patience));
            Assert.Equal(["Device eth0", "Strategy fair", "Data short", "119 what"], shown);
            Assert.Equal(1, thread.Backend.Counters.Replies);
        }, options);
    }

    [Fact]
    public void The_silent_echo_of_the_original_times_out_and_the_next_call_is_answered() =>
        WithBackend(new(), (client, _) =>
        {
            Assert.Equal(RingResult.TimedOut, client.Call(0, "echo"u8, new byte[8], out int _, TimeSpan.FromMilliseconds(20)));
            Assert.Equal(RingResult.Ok, client.Call(2, "x"u8, new byte[8], out int _, Region.Patience));
        }, new() { AnswersEcho = false });

    [Fact]
    public void Without_a_backend_calls_end_at_their_deadline_or_when_cancelled()
    {
        using var region = new Region();
        using RingChannel server = region.Create();
        using RingChannel channel = region.Attach();
        using var client = new RingClient(channel);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Equal(RingResult.TimedOut, client.Call(1, "x"u8, new byte[8], out int _, TimeSpan.FromMilliseconds(10)));
        Assert.Equal(RingResult.Cancelled, client.Call(1, "x"u8, new byte[8], out int _, Region.Patience, cancelled.Token));
    }

    [Fact]
    public void A_late_answer_is_not_taken_for_the_next_ones()
    {
        using var region = new Region();
        using RingChannel server = region.Create();
        using RingChannel channel = region.Attach();
        using var client = new RingClient(channel);
        var backend = new RingBackend(server);
        using (new BackendPump(backend))
            Assert.Equal(RingResult.Ok, client.OpenSession(new(6, 0, 1, 2, 3, 4), out RingSession? opened, Region.Patience));
        RingSession session = null!;
        using (new BackendPump(backend))
            Assert.Equal(RingResult.Ok, client.OpenSession(new(6, 0, 1, 2, 3, 4), out session!, Region.Patience));
        var request = new byte[500];
        request[0] = 1;
        Assert.Equal(RingResult.TimedOut, client.Exchange(session, request, new byte[500], out int _, TimeSpan.FromMilliseconds(10)));
        Assert.True(session.IsQuarantined);
        Assert.Equal(RingResult.Quarantined, client.Exchange(session, request, new byte[500], out _, Region.Patience));
        Assert.True(backend.TryServeOne());
        request[0] = 2;
        var answer = new byte[500];
        using (new BackendPump(backend))
            Assert.Equal(RingResult.Ok, client.Exchange(session, request, answer, out _, Region.Patience));
        Assert.Equal(2, answer[0]);
        Assert.Equal(1, client.LateAnswers);
    }

    [Fact]
    public void Requests_that_wait_in_shared_blocks_survive_the_answers()
    {
        using var region = new Region();
        using RingChannel server = region.Create();
        using RingChannel channel = region.Attach();
        for (int i = 0; i < 20; i++)
            Assert.Equal(RingResult.Ok, channel.Sender.TrySend(new(MessageType.Service, 0, (ushort)i), BitConverter.GetBytes(i)));
        var backend = new RingBackend(server);
        for (int i = 0; i < 20; i++)
            Assert.True(backend.TryServeOne());
        var payload = new byte[4096];
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(RingResult.Ok, channel.Receiver.TryReceive(out MessageHeader header, payload));
            Assert.Equal((i, i), (header.Backend, BitConverter.ToInt32(payload)));
        }
    }

    [Fact]
    public void A_side_belongs_to_one_process_at_a_time()
    {
        string path = Path.Combine(Path.GetTempPath(), $"penstock-ring-{Guid.NewGuid():N}");
        using var first = Penstock.Linux.Memory.MappedMemory.OpenFile(path, ChannelLayout.SingleRegion);
        using var second = Penstock.Linux.Memory.MappedMemory.OpenFile(path, ChannelLayout.SingleRegion);
        try
        {
            using (RingChannel.Create(new(first.Window), ChannelLayout.Single, RingSide.Linux, new()))
            {
                Assert.Contains("Linux side", Assert.Throws<IOException>(
                    () => RingChannel.TryAttach(new(second.Window), ChannelLayout.Single, RingSide.Linux, new(), out _)).Message, StringComparison.Ordinal);
            }
            Assert.Equal(RingResult.Ok, RingChannel.TryAttach(new(second.Window), ChannelLayout.Single, RingSide.Linux, new(), out RingChannel? channel));
            channel!.Dispose();
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_call_allocates_nothing() =>
        WithBackend(new() { SeparateData = true }, (client, _) =>
        {
            var answer = new byte[64];
            for (int i = 0; i < 200; i++)
                client.Call(1, "hello"u8, answer, out int _, Region.Patience);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
                client.Call(1, "hello"u8, answer, out int _, Region.Patience);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_channel_of_the_three_works_beside_the_others(int channel) =>
        WithBackend(new(), (client, _) =>
        {
            var answer = new byte[8];
            for (int i = 0; i < 600; i++)
                Assert.Equal(RingResult.Ok, client.Call(0, BitConverter.GetBytes(i), answer, out int _, Region.Patience));
            Assert.Equal(599, BitConverter.ToInt32(answer));
        }, layout: ChannelLayout.Multi(channel));
}
