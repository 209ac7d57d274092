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

/// <summary>So many requests against a polling service in another process: no hang, no wrong answer, nothing left over.</summary>
internal static class Soak
{
    private const int Threads = 16;

    public static int Run(long requests)
    {
        string path = $"/dev/shm/penstock-soak-{Environment.ProcessId}";
        try
        {
            using Child service = Child.Start(Environment.ProcessPath!, ["serve", path, "auto", "4"]);
            using ZoneChannel zone = ZoneChannel.Open(ShmConfiguration.Local(path) with { Backend = RegionBackend.File, Path = path });
            long left = requests, wrong = 0, failed = 0;
            long start = Stopwatch.GetTimestamp();
            using (ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(60) }))
            {
                Thread[] all = new Thread[Threads];
                for (int i = 0; i < Threads; i++)
                {
                    int seed = i;
                    all[i] = new Thread(() => Send(client, seed, ref left, ref wrong, ref failed));
                    all[i].Start();
                }
                foreach (Thread thread in all)
                    thread.Join();
            }
            ZoneSnapshot after = new ZoneObserver(zone).Look();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{requests} requests in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s: {wrong} wrong, {failed} failed; entries free {after.Free} of {after.Entries}, payload used {after.PayloadUsed}"));
            return wrong == 0 && failed == 0 && after.Free == after.Entries && after.PayloadUsed == 0 ? 0 : 1;
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".side");
        }
    }

    private static void Send(ZoneClient client, int seed, ref long left, ref long wrong, ref long failed)
    {
        Random random = new(seed);
        byte[] request = new byte[256], answer = new byte[256], expected = new byte[256];
        while (Interlocked.Decrement(ref left) >= 0)
        {
            int length = random.Next(1, request.Length);
            random.NextBytes(request.AsSpan(0, length));
            request.CopyTo(expected, 0);
            LegacyXor.ApplyTable(expected.AsSpan(0, length));
            if (!client.Call(1, request.AsSpan(0, length), answer).IsSuccess)
                Interlocked.Increment(ref failed);
            else if (!answer.AsSpan(0, length).SequenceEqual(expected.AsSpan(0, length)))
                Interlocked.Increment(ref wrong);
        }
    }
}
