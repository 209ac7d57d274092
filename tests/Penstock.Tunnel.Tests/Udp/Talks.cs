using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Penstock.Tunnel.Tests.Udp;

/// <summary>Sockets of apps, each with a server behind the proxy that answers when the test wants.</summary>
internal sealed class Talks(ScriptedProxy proxy, PacketTun tun) : IDisposable
{
    private readonly List<(IPEndPoint App, IPEndPoint Server, Socket Control, Socket Relay, EndPoint Client)> _all = [];

    /// <summary>An app's first datagram; it has reached the relay.</summary>
    public void Begin(IPEndPoint app, IPEndPoint server)
    {
        tun.Send(app, server, "a"u8);
        Socket control = proxy.Associate();
        EndPoint client = proxy.ExpectAtRelay(HeaderOf(server) + "61");
        _all.Add((app, server, control, proxy.KeepRelay(), client));
    }

    /// <summary>One more: what the device gave before has been understood once it is at the relay.</summary>
    public void Ask(int talk)
    {
        var (app, server, _, relay, _) = _all[talk];
        tun.Send(app, server, "b"u8);
        byte[] buffer = new byte[100];
        int length = relay.Receive(buffer);
        Assert.Equal(HeaderOf(server) + "62", Convert.ToHexStringLower(buffer.AsSpan(0, length)));
    }

    /// <summary>Answers with a datagram of a size; the next packet that reaches the app's side.</summary>
    public byte[] Answer(int talk, int size)
    {
        var (_, server, _, relay, client) = _all[talk];
        byte[] payload = new byte[size];
        new Random(size).NextBytes(payload);
        relay.SendTo([.. Convert.FromHexString(HeaderOf(server)), .. payload], client);
        return tun.Receive();
    }

    public void Dispose()
    {
        foreach (var talk in _all)
        {
            talk.Control.Dispose();
            talk.Relay.Dispose();
        }
    }

    private static string HeaderOf(IPEndPoint server)
    {
        byte[] address = server.Address.GetAddressBytes();
        return $"000000{(address.Length == 4 ? 1 : 4):x2}{Convert.ToHexStringLower(address)}{server.Port:x4}";
    }
}
