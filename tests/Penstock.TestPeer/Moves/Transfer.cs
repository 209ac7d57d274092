using System;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.TestPeer.Moves;

/// <summary>Moves content over a socket and hashes it.</summary>
internal static class Transfer
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Sends <paramref name="length"/> bytes of the seed's content, in writes of <paramref name="chunk"/>, and returns their SHA-256.</summary>
    public static async Task<byte[]> Send(Socket socket, long seed, long length, int chunk, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var content = new Content(seed);
        var buffer = new byte[Math.Min(chunk, BufferSize)];
        for (long left = length; left > 0;)
        {
            Memory<byte> part = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
            content.Take(part.Span);
            hash.AppendData(part.Span);
            await SendAll(socket, part, stop);
            left -= part.Length;
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Receives until the peer ends or <paramref name="most"/> bytes have come, and returns count and SHA-256.</summary>
    public static async Task<(long Length, byte[] Hash)> Receive(Socket socket, CancellationToken stop, long most = long.MaxValue)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        long length = 0;
        while (length < most)
        {
            int got = await socket.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - length)), stop);
            if (got == 0)
                break;
            hash.AppendData(buffer.AsSpan(0, got));
            length += got;
        }

        return (length, hash.GetHashAndReset());
    }

    /// <summary>The SHA-256 of the seed's first <paramref name="length"/> bytes.</summary>
    public static byte[] HashOf(long seed, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var content = new Content(seed);
        var buffer = new byte[BufferSize];
        for (long left = length; left > 0;)
        {
            Span<byte> part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            content.Take(part);
            hash.AppendData(part);
            left -= part.Length;
        }

        return hash.GetHashAndReset();
    }

    /// <summary>Sends all of <paramref name="bytes"/>.</summary>
    public static async Task SendAll(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes, stop)..];
    }

    /// <summary>Receives exactly as many bytes; null when the peer ends before.</summary>
    public static async Task<byte[]?> ReceiveExactly(Socket socket, int length, CancellationToken stop)
    {
        var bytes = new byte[length];
        for (int have = 0; have < length;)
        {
            int got = await socket.ReceiveAsync(bytes.AsMemory(have), stop);
            if (got == 0)
                return null;
            have += got;
        }

        return bytes;
    }

    /// <summary>Closes with a RST.</summary>
    public static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}
