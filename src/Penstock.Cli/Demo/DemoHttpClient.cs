using System;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Penstock.Cli.Demo;

/// <summary>One connection of the demo's load, through the kernel's TCP and the TUN.</summary>
internal sealed class DemoHttpClient : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer;

    public DemoHttpClient(bool small)
    {
        _buffer = new byte[small ? 1024 : BufferSize];
        _socket.Connect(new IPEndPoint(IPAddress.Parse(DemoPlan.ServerAddress), DemoPlan.HttpPort));
    }

    /// <summary>Fetches <paramref name="length"/> bytes; calls back with each piece's size.</summary>
    /// <exception cref="InvalidOperationException">The server said something else, or closed early.</exception>
    public void Get(long length, Action<int> progress)
    {
        _socket.Send(Encoding.ASCII.GetBytes($"GET /{length} HTTP/1.1\r\nHost: demo\r\n\r\n"));
        long left = ReadHead();
        if (left > length)
            throw new InvalidOperationException($"{length} bytes were asked for and more came");
        progress((int)(length - left));
        while (left > 0)
        {
            int received = _socket.Receive(_buffer);
            if (received == 0)
                throw new InvalidOperationException($"the connection ended {left} bytes early");
            left -= received;
            progress(received);
        }
    }

    /// <summary>Sends <paramref name="length"/> bytes and waits for the answer; calls back with each piece's size.</summary>
    public void Post(long length, Action<int> progress)
    {
        _socket.Send(Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: demo\r\nContent-Length: {length}\r\n\r\n"));
        for (long left = length; left > 0;)
        {
            int sent = _socket.Send(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, left)));
            left -= sent;
            progress(sent);
        }
        ReadHead();
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Reads the answer's head; the value is the bytes of the body that are still to come.</summary>
    private long ReadHead()
    {
        int held = 0;
        while (true)
        {
            int received = _socket.Receive(_buffer.AsSpan(held));
            if (received == 0)
                throw new InvalidOperationException("the connection ended before the answer");
            held += received;
            ReadOnlySpan<byte> answer = _buffer.AsSpan(0, held);
            int head = answer.IndexOf("\r\n\r\n"u8);
            if (head < 0)
                continue;
            int at = answer.IndexOf("Content-Length: "u8);
            if (!answer.StartsWith("HTTP/1.1 200 "u8) || at < 0 || !Utf8Parser.TryParse(answer[(at + 16)..], out long length, out _))
                throw new InvalidOperationException("the answer is not the demo server's");
            return length - (held - head - 4);
        }
    }
}
