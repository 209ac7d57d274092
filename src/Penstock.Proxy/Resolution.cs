using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Penstock.Wire.Ip;

namespace Penstock.Proxy;

/// <summary>Names to addresses, by the system's resolver, off the workers' threads.</summary>
internal static class Resolution
{
    private const int MostAtOnce = 1024;

    private static int s_running;

    /// <summary>Resolves a name and tells the worker; no addresses when there are none, or too much is asked at once.</summary>
    internal static void Begin(Worker worker, string name, Action<IReadOnlyList<InetAddress>> done)
    {
        if (Interlocked.Increment(ref s_running) > MostAtOnce)
        {
            Interlocked.Decrement(ref s_running);
            worker.Post(() => done([]));
            return;
        }
        _ = Resolve(worker, name, done);
    }

    private static async Task Resolve(Worker worker, string name, Action<IReadOnlyList<InetAddress>> done)
    {
        var addresses = new List<InetAddress>();
        try
        {
            foreach (IPAddress address in await Dns.GetHostAddressesAsync(name).ConfigureAwait(false))
                addresses.Add(InetAddress.Read(address.GetAddressBytes()));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // The name does not exist, or is none: the client is told that there is no such host.
        }
        finally
        {
            Interlocked.Decrement(ref s_running);
        }
        worker.Post(() => done(addresses));
    }
}
