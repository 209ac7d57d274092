using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.TestPeer.Datagrams;

/// <summary>Sends datagrams and judges the answers; the result is the exit status.</summary>
internal sealed class DatagramClient(IPEndPoint server)
{
    private const int Attempts = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>A datagram of each size comes back as it was, from where it was sent.</summary>
    public async Task<int> Sizes(IReadOnlyList<int> sizes)
    {
        using Socket socket = Open();
        int failures = 0;
        foreach (int size in sizes)
        {
            byte[] payload = new byte[size];
            new Random(size).NextBytes(payload);
            string? fault = await Exchange(socket, payload, server);
            if (fault is null)
                continue;
            Console.WriteLine($"{size} bytes: {fault}");
            failures++;
        }
        return failures;
    }

    /// <summary>So many datagrams of one size, sent without a rest, all come back, within a few attempts.</summary>
    public async Task<int> Burst(int size, int count)
    {
        using Socket socket = Open();
        byte[] buffer = new byte[65536];
        int missing = count;
        for (int attempt = 0; attempt < Attempts && missing > 0; attempt++)
        {
            for (int i = 0; i < count; i++)
                await socket.SendToAsync(new byte[size], server);
            missing = count;
            while (missing > 0 && await Receive(socket, buffer) is (var length, not null))
                missing -= length == size ? 1 : 0;
        }
        Console.WriteLine($"{count - missing} of {count} came back");
        return missing;
    }

    /// <summary>An answer from a port that was never sent to reaches the socket.</summary>
    public async Task<int> FullCone()
    {
        using Socket socket = Open();
        string? fault = await Exchange(socket, DatagramServer.FromElsewhere.ToArray(), new IPEndPoint(server.Address, server.Port + 1));
        if (fault is not null)
            Console.WriteLine(fault);
        return fault is null ? 0 : 1;
    }

    /// <summary>A socket's datagram is refused by ICMP, within a few attempts.</summary>
    public async Task<int> Refused(int size, SocketError expected)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        byte[] payload = new byte[size];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            try
            {
                await socket.SendAsync(payload);
                await Receive(socket, new byte[65536]);
            }
            catch (SocketException e)
            {
                if (e.SocketErrorCode == expected)
                    return 0;
                Console.WriteLine(e.SocketErrorCode);
                return 1;
            }
        }
        Console.WriteLine("no error");
        return 1;
    }

    /// <summary>So many sockets, and an echo for each; the result is the number without one.</summary>
    public async Task<int> Crowd(int count)
    {
        var sockets = new List<Socket>(count);
        var echoes = new List<Task<string?>>(count);
        for (int i = 0; i < count; i++)
        {
            Socket socket = Open();
            sockets.Add(socket);
            echoes.Add(Exchange(socket, BitConverter.GetBytes(i), server));
        }
        int missing = 0;
        foreach (string? fault in await Task.WhenAll(echoes))
            missing += fault is null ? 0 : 1;
        Console.WriteLine($"{count - missing} of {count} answered");
        sockets.ForEach(s => s.Dispose());
        return missing;
    }

    /// <summary>For every line of input one exchange over the same socket; prints its outcome.</summary>
    public async Task<int> Conversation()
    {
        using Socket socket = Open();
        while (Console.ReadLine() is { } line)
            Console.WriteLine(await Exchange(socket, System.Text.Encoding.UTF8.GetBytes(line), server) ?? "ok");
        return 0;
    }

    private Socket Open()
    {
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
        socket.Bind(new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        return socket;
    }

    private async Task<string?> Exchange(Socket socket, byte[] payload, IPEndPoint expected)
    {
        byte[] buffer = new byte[65536];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            await socket.SendToAsync(payload, server);
            (int length, EndPoint? from) = await Receive(socket, buffer);
            if (from is null)
                continue;
            if (!from.Equals(expected))
                return $"answered by {from}";
            return buffer.AsSpan(0, length).SequenceEqual(payload) ? null : $"{length} other bytes came back";
        }
        return "no answer";
    }

    private async Task<(int Length, EndPoint? From)> Receive(Socket socket, byte[] buffer)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            EndPoint any = new IPEndPoint(server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
            SocketReceiveFromResult got = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any, patience.Token);
            return (got.ReceivedBytes, got.RemoteEndPoint);
        }
        catch (OperationCanceledException)
        {
            return (0, null);
        }
    }
}
