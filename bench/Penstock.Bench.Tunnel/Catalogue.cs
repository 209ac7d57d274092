using System;
using System.Collections.Generic;
using System.Linq;

namespace Penstock.Bench.Tunnel;

/// <summary>All loads, in the order they run and are shown.</summary>
internal static class Catalogue
{
    private static readonly int[] Mtus = [1500, 8500];

    public const string Tunnel = "tunnel";

    public static List<ILoad> Loads(Options options)
    {
        List<ILoad> loads = options.Suite switch
        {
            Tunnel => Streams(options),
            "udp" => Datagrams(),
            "dns" => Queries(options),
            "links" => Links(),
            _ => throw new ArgumentException($"--suite {options.Suite}: there are {Tunnel}, udp, dns and links"),
        };
        return [.. loads.Where(load => options.Only.Count == 0 || options.Only.Contains(load.Key))];
    }

    private static List<ILoad> Datagrams()
    {
        var loads = new List<ILoad>();
        foreach (string way in (string[])["udp", "tcp"])
        {
            foreach (double gigabits in (double[])[0.1, 0.5, 1, 0])
                AddBothWays(loads, way, gigabits);
            AddBothWays(loads, way, gigabits: 0, segments: 32);
        }

        AddBothWays(loads, "udp", gigabits: 2);
        AddBothWays(loads, "udp", gigabits: 1, segments: 32);
        return loads;
    }

    private static void AddBothWays(List<ILoad> loads, string way, double gigabits, int segments = 1)
    {
        loads.Add(new DatagramLoad(up: true, way, gigabits, segments));
        loads.Add(new DatagramLoad(up: false, way, gigabits, segments));
    }

    private static List<ILoad> Queries(Options options)
    {
        List<ILoad> loads =
        [
            new QueryLoad("first", "DNS, a socket a query, through the proxy", "ask"),
            new QueryLoad("first-dante", "DNS, a socket a query, through dante to dnsmasq", "ask", proxy: ProxyKind.Dante),
            new QueryLoad("first-near", "DNS, a socket a query, through a proxy that is 0.3 ms away", "ask", delay: 0.3),
            new QueryLoad("first-delayed", "DNS, a socket a query, through a proxy that is 2 ms away", "ask", delay: 2),
            new QueryLoad("again", "DNS, one socket, through the proxy", "again"),
            new QueryLoad("again-delayed", "DNS, one socket, through a proxy that is 2 ms away", "again", delay: 2),
            new QueryLoad("mapped", "mapped DNS, a socket a query", "ask", isMapped: true),
        ];
        if (!options.Quick)
        {
            foreach (string way in (string[])["udp", "tcp"])
            {
                loads.Add(new StormLoad(way, 9000, isDns: true));
                loads.Add(new StormLoad(way, 9000, isDns: false));
            }
        }

        return loads;
    }

    private static List<ILoad> Links()
    {
        const int Large = 1 << 20, Small = 20_000;
        var loads = new List<ILoad>();
        void Add(string key, string title, string link, int bytes = Large)
        {
            loads.Add(new LinkLoad(key, title, up: true, bytes, link));
            loads.Add(new LinkLoad(key, title, up: false, bytes, link));
        }

        Add("plain", "10 ms each way", "10000");
        Add("loss1", "5 ms each way, 1 % lost", "5000 loss=10");
        Add("loss3", "1 ms each way, 3 % lost", "1000 loss=30");
        Add("small", "5 ms each way, 1 % lost", "5000 loss=10", Small);
        Add("early", "10 ms each way, 5 % of the packets 5 ms early", "10000 early=50");
        Add("jitter", "10 ms each way and up to 3 more", "10000 jitter=3000");
        Add("narrow", "5 ms each way, 50 Mbit/s, 50 packets wait", "5000 rate=50 queue=50");
        return loads;
    }

    private static List<ILoad> Streams(Options options)
    {
        var loads = new List<ILoad>();
        foreach (int mtu in Mtus.Where(mtu => options.Mtu is null || options.Mtu == mtu))
        {
            loads.Add(new StreamLoad(up: true, streams: 1, mtu));
            loads.Add(new StreamLoad(up: false, streams: 1, mtu));
            loads.Add(new StreamLoad(up: true, streams: 10, mtu));
            loads.Add(new StreamLoad(up: false, streams: 10, mtu));
        }

        loads.Add(new RequestLoad("wrk64", 64, keepAlive: true));
        loads.Add(new RequestLoad("wrkclose", 64, keepAlive: false));
        loads.Add(new RequestLoad("wrk8", 8, keepAlive: true));
        loads.Add(new LatencyLoad("connect", "connect to first byte", "connect", Rig.HttpPort, ProxyKind.ReferenceRelay, probesPerSecond: 300));
        loads.Add(new LatencyLoad("twowrite", "two-write responses through microsocks", "request", Rig.TwoWritePort, ProxyKind.Microsocks, probesPerSecond: 100));
        loads.Add(new StartLoad());
        loads.Add(new SessionLoad("sessions1000", 1000));
        if (!options.Quick)
        {
            loads.Add(new SessionLoad("sessions10000", 10_000));
            loads.Add(new SessionLoad("sessions15000", 15_000));
        }

        return loads;
    }
}
