using System;
using System.Globalization;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Victim;

/// <summary>A process that tests kill, that kills itself at a named point, or that is hostile. Ends when its standard input does.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments[0])
        {
            case "scribble-queue":
                Scribbler.ScribbleQueue(arguments[1], Number(arguments[2]), Number(arguments[3]), new Random(Number(arguments[4])));
                return 0;
            case "scribble-ring":
                Scribbler.ScribbleRing(arguments[1], Number(arguments[2]), new Random(Number(arguments[3])));
                return 0;
        }
        ShmConfiguration configuration = ShmConfiguration.Local(arguments[1]) with { Backend = RegionBackend.File, Path = arguments[1] };
        using ZoneChannel zone = ZoneChannel.Open(configuration);
        switch (arguments[0])
        {
            case "die-as-client":
                FailPoints.DieAsClient(zone, arguments[2]);
                return 3;
            case "die-as-service":
                FailPoints.DieAsService(zone, arguments[2]);
                return 3;
        }
        if (arguments[0] == "service")
        {
            using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
            Console.WriteLine("ready");
            _ = Console.In.ReadToEnd();
            return 0;
        }
        int wrong = 0, done = 0;
        bool stop = false;
        using ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(30) });
        Thread[] threads = new Thread[Number(arguments[2])];
        for (int i = 0; i < threads.Length; i++)
        {
            int seed = i;
            threads[i] = new Thread(() => Load(client, seed, ref stop, ref done, ref wrong));
            threads[i].Start();
        }
        Console.WriteLine("ready");
        _ = Console.In.ReadToEnd();
        Volatile.Write(ref stop, true);
        foreach (Thread thread in threads)
            thread.Join();
        Console.WriteLine($"done {done} wrong {wrong}");
        return wrong == 0 ? 0 : 1;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static void Load(ZoneClient client, int seed, ref bool stop, ref int done, ref int wrong)
    {
        Random random = new(seed);
        while (!Volatile.Read(ref stop))
        {
            byte[] request = new byte[random.Next(1, 3000)], answer = new byte[request.Length];
            random.NextBytes(request);
            CallResult result = client.Call(1, request, answer);
            LegacyXor.ApplyTable(request);
            if (result.IsSuccess && answer.AsSpan().SequenceEqual(request))
                Interlocked.Increment(ref done);
            else if (result.Status != CallStatus.ServiceLost)
                Interlocked.Increment(ref wrong);
        }
    }
}
