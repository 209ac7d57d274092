using System;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Penstock.Cli.Demo;

/// <summary>The far side's web server: <c>GET /N</c> answers N bytes, <c>POST</c> takes what Content-Length says.</summary>
/// <remarks>Just enough HTTP/1.1 for the demo's own client: keep-alive, a thread a connection, 64 KB a call.</remarks>
internal sealed class DemoHttpServer
{
    private const int BufferSize = 64 * 1024;
    private const int MaxHead = 4096;
    private readonly Socket _listener;

    public DemoHttpServer(IPEndPoint endpoint)
    {
        _listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(endpoint);
        _listener.Listen(512);
        new Thread(Accept) { IsBackground = true, Name = "demo-http" }.Start();
    }

    private void Accept()
    {
        while (true)
        {
            Socket connection = _listener.Accept();
            new Thread(() => Serve(connection)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket connection)
    {
        byte[] buffer = new byte[BufferSize];
        try
        {
            using (connection)
            {
                connection.NoDelay = true;
                int held = 0;
                while (ReadHead(connection, buffer, ref held, out int head))
                    Answer(connection, buffer, ref held, head);
            }
        }
        catch (SocketException)
        {
            // The client is gone: so is its connection.
        }
    }

    /// <summary>Reads up to the empty line that ends a request's head.</summary>
    private static bool ReadHead(Socket connection, byte[] buffer, ref int held, out int head)
    {
        while (true)
        {
            head = buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8) + 4;
            if (head >= 4)
                return true;
            if (held >= MaxHead)
                return false;
            int received = connection.Receive(buffer.AsSpan(held));
            if (received == 0)
                return false;
            held += received;
        }
    }

    private static void Answer(Socket connection, byte[] buffer, ref int held, int head)
    {
        ReadOnlySpan<byte> request = buffer.AsSpan(0, head);
        long body = 0;
        bool isPost = request.StartsWith("POST "u8);
        if (isPost)
            Utf8Parser.TryParse(request[(request.IndexOf("Content-Length: "u8) + 16)..], out body, out _);
        long answer = 0;
        if (!isPost)
            Utf8Parser.TryParse(request["GET /".Length..], out answer, out _);
        held -= head;
        buffer.AsSpan(head, held).CopyTo(buffer);
        while (body > 0)
        {
            if (held == 0)
                held = connection.Receive(buffer);
            if (held == 0)
                return;
            int used = (int)Math.Min(held, body);
            body -= used;
            held -= used;
            buffer.AsSpan(used, held).CopyTo(buffer);
        }
        Respond(connection, answer);
    }

    private static void Respond(Socket connection, long length)
    {
        byte[] chunk = new byte[(int)Math.Min(BufferSize, length + 256)];
        int start = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n", chunk);
        long left = length + start;
        while (left > 0)
            left -= connection.Send(chunk.AsSpan(0, (int)Math.Min(chunk.Length, left)));
    }
}
