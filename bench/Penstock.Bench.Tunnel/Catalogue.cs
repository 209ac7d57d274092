using System.Collections.Generic;
using System.Linq;

namespace Penstock.Bench.Tunnel;

/// <summary>All loads, in the order they run and are shown.</summary>
internal static class Catalogue
{
    private static readonly int[] Mtus = [1500, 8500];

    public static List<ILoad> Loads(Options options)
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

        return [.. loads.Where(load => options.Only.Count == 0 || options.Only.Contains(load.Key))];
    }
}
