using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Penstock.TestPeer.Datagrams;
using Penstock.TestPeer.Icmp;
using Penstock.TestPeer.Moves;
using Penstock.TestPeer.Proxies;
using Penstock.TestPeer.Tunnels;

namespace Penstock.TestPeer;

/// <summary>
/// The programs at both ends of the tunnel, proxies, and a tunnel on a descriptor that was handed over.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["serve", var port]:
                await new Server().Run(Number(port));
                return 0;
            case ["move", var address, var port, .. var moves]:
                return await new Client(Endpoint(address, port)).Run(moves);
            case ["hoard", var address, var port, var count]:
                await Hoarder.Run(Endpoint(address, port), Number(count));
                return 0;
            case ["flood", var address, var port, var count]:
                SynFlood.Run(Endpoint(address, port), Number(count));
                return 0;
            case ["crowd", var address, var port]:
                await new Crowd(Endpoint(address, port)).Run();
                return 0;
            case ["traffic", var address, var port]:
                await new Traffic(Endpoint(address, port)).Run();
                return 0;
            case ["proxy", var manner, var port]:
                await new OddProxy(Enum.Parse<Manner>(manner)).Run(Number(port));
                return 0;
            case ["socks", var port]:
                OwnProxy.Run((ushort)Number(port));
                return 0;
            case ["udp-serve", var port]:
                await DatagramServer.Run(Number(port));
                return 0;
            case ["udp-sizes", var address, var port, .. var sizes]:
                return await new DatagramClient(Endpoint(address, port)).Sizes(Array.ConvertAll(sizes, Number));
            case ["udp-all", var address, var port, .. var sizes]:
                DatagramClient client = new(Endpoint(address, port));
                return await client.Sizes(Array.ConvertAll(sizes, Number)) + await client.FullCone();
            case ["udp-burst", var address, var port, var size, var count]:
                return await new DatagramClient(Endpoint(address, port)).Burst(Number(size), Number(count));
            case ["udp-crowd", var address, var port, var count]:
                return await new DatagramClient(Endpoint(address, port)).Crowd(Number(count));
            case ["udp-talk", var address, var port]:
                return await new DatagramClient(Endpoint(address, port)).Conversation();
            case ["udp-refused", var address, var port, var size, var error]:
                return await new DatagramClient(Endpoint(address, port)).Refused(Number(size), Enum.Parse<SocketError>(error));
            case ["dns-super", var address, var port]:
                return SuperPacket.Ask(Endpoint(address, port));
            case ["icmp-echo", var address, .. var sizes]:
                using (IcmpClient icmp = new(IPAddress.Parse(address)))
                    return icmp.Echo(Array.ConvertAll(sizes, Number));
            case ["icmp-hop", var address, var port]:
                using (IcmpClient icmp = new(IPAddress.Parse(address)))
                    return icmp.Hop(Number(port));
            case ["icmp-fragment", var address, var port]:
                using (IcmpClient icmp = new(IPAddress.Parse(address)))
                    return icmp.Fragment(Number(port));
            case ["tunnel-on-descriptor", var path]:
                return HandedOver.Run(path);
            default:
                Console.Error.WriteLine(
                    "serve PORT | move ADDRESS PORT MOVE... | crowd|traffic ADDRESS PORT | proxy MANNER PORT | socks PORT | udp-serve PORT |\n"
                    + "udp-sizes|udp-all|udp-burst|udp-crowd|udp-talk|udp-refused ADDRESS PORT ... | dns-super ADDRESS PORT | icmp-echo ADDRESS SIZE... | icmp-hop|icmp-fragment ADDRESS PORT | tunnel-on-descriptor CONFIG");
                return 2;
        }
    }

    private static IPEndPoint Endpoint(string address, string port) => new(IPAddress.Parse(address), Number(port));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
