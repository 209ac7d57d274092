using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Services;

namespace Penstock.Bench.HyperAmp;

/// <summary>Clients and services killed under load, at random moments: what survivors had to wait, and what was left behind.</summary>
/// <remarks>
/// Two threads of this process call all the time. After a client's kill the longest call is what counts. What a killed service
/// had taken is told as lost, and when that is told counts from the kill. What it had not taken waits for the next service,
/// whose start is an operator's affair: that wait counts from when it is ready.
/// </remarks>
/// <param name="kills">How many; every other one is a service.</param>
internal sealed class KillSoak(int kills)
{
    private const int Callers = 2;
    private const double Lease = 1000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly string _path = $"/dev/shm/penstock-kills-{Environment.ProcessId}";
    private readonly long[] _begun = new long[Callers];
    private readonly double[] _longest = new double[Callers];
    private readonly double[] _told = new double[Callers];
    private long _killed;
    private long _answered;
    private long _lost;
    private long _wrong;
    private bool _stop;

    /// <summary>The value is 0 when nothing was wrong, late or left over.</summary>
    public int Run()
    {
        try
        {
            return Kill();
        }
        finally
        {
            File.Delete(_path);
            File.Delete(_path + ".side");
        }
    }

    /// <summary>A client that is there to be killed.</summary>
    public static int Hammer(string path)
    {
        using ZoneChannel zone = Open(path);
        ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = _patience });
        for (int i = 0; i < 3; i++)
        {
            int seed = i;
            new Thread(() =>
            {
                Random random = new(seed);
                byte[] text = new byte[3000];
                while (true)
                    _ = client.Call(1, text.AsSpan(0, random.Next(1, text.Length)), text);
            }).Start();
        }
        Console.WriteLine("ready");
        Thread.CurrentThread.Join();
        return 0;
    }

    private int Kill()
    {
        using ZoneChannel zone = Open(_path);
        Random random = new(1);
        Child service = Serve();
        double afterClients = 0, afterServices = 0;
        using (ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = _patience }))
        {
            Thread[] callers = new Thread[Callers];
            for (int i = 0; i < Callers; i++)
            {
                int index = i;
                callers[i] = new Thread(() => Call(client, index));
                callers[i].Start();
            }
            for (int i = 0; i < kills; i++)
            {
                if (i % 2 == 0)
                {
                    using Child victim = Child.Start(Environment.ProcessPath!, ["hammer", _path]);
                    Linux.Memory.Processor.Nap(TimeSpan.FromMilliseconds(random.Next(1, 30)));
                    Array.Clear(_longest);
                    victim.Kill();
                    AwaitCalls(20);
                    afterClients = Math.Max(afterClients, Math.Max(_longest[0], _longest[1]));
                }
                else
                {
                    AwaitCalls(random.Next(20, 200));
                    Volatile.Write(ref _killed, Stopwatch.GetTimestamp());
                    service.Kill();
                    service.Dispose();
                    service = Serve();
                    long ready = Stopwatch.GetTimestamp();
                    while (Array.Exists(_begun, begun => begun != 0 && begun < ready))
                        Linux.Memory.Processor.Nap(TimeSpan.FromMilliseconds(1));
                    afterServices = Math.Max(afterServices, Stopwatch.GetElapsedTime(ready).TotalMilliseconds);
                }
                if (i % 100 == 99)
                    Console.Error.WriteLine($"{i + 1} of {kills}");
            }
            AwaitCalls(100);
            Volatile.Write(ref _stop, true);
            foreach (Thread caller in callers)
                caller.Join();
        }
        service.Dispose();
        _ = RegionRecovery.Recover(zone);
        double told = Math.Max(_told[0], _told[1]);
        ZoneSnapshot after = new ZoneObserver(zone).Look();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills: {_answered} answered, {_lost} told as lost, {_wrong} wrong; longest wait {afterClients:F1} ms after a client's kill, "
            + $"{afterServices:F1} ms after the start of the next service, lost ones told {told:F1} ms after the kill; entries free {after.Free} of {after.Entries}, payload used {after.PayloadUsed}"));
        bool isInTime = afterClients <= Lease && afterServices <= Lease && told <= Lease;
        bool isWhole = after.Free == after.Entries && after.PayloadUsed == 0;
        return _wrong == 0 && isWhole && isInTime ? 0 : 1;
    }

    private void Call(ZoneClient client, int index)
    {
        Random random = new(index);
        byte[] request = new byte[512], answer = new byte[512], expected = new byte[512];
        while (!Volatile.Read(ref _stop))
        {
            Span<byte> sent = request.AsSpan(0, random.Next(1, request.Length));
            random.NextBytes(sent);
            sent.CopyTo(expected);
            LegacyXor.ApplyTable(expected.AsSpan(0, sent.Length));
            long start = Stopwatch.GetTimestamp();
            Volatile.Write(ref _begun[index], start);
            CallResult result = client.Call(1, sent, answer);
            Volatile.Write(ref _begun[index], 0);
            _longest[index] = Math.Max(_longest[index], Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (result.Status == CallStatus.ServiceLost)
            {
                Interlocked.Increment(ref _lost);
                _told[index] = Math.Max(_told[index], Stopwatch.GetElapsedTime(Volatile.Read(ref _killed)).TotalMilliseconds);
            }
            else if (result.IsSuccess && answer.AsSpan(0, sent.Length).SequenceEqual(expected.AsSpan(0, sent.Length)))
                Interlocked.Increment(ref _answered);
            else
            {
                Interlocked.Increment(ref _wrong);
                Console.Error.WriteLine($"{result.Status} after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms, {result.Length} of {sent.Length} bytes");
            }
        }
    }

    private void AwaitCalls(int count)
    {
        long until = Interlocked.Read(ref _answered) + count, start = Stopwatch.GetTimestamp();
        while (Interlocked.Read(ref _answered) < until)
        {
            if (Stopwatch.GetElapsedTime(start) > _patience)
                throw new InvalidOperationException("survivors make no progress");
            Linux.Memory.Processor.Nap(TimeSpan.FromMilliseconds(1));
        }
    }

    private Child Serve() => Child.Start(Environment.ProcessPath!, ["serve", _path, "auto", "2"]);

    private static ZoneChannel Open(string path) =>
        ZoneChannel.Open(ShmConfiguration.Local(path) with { Backend = RegionBackend.File, Path = path });
}
