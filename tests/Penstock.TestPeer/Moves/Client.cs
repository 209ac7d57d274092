using System;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.TestPeer.Moves;

/// <summary>The near end: makes moves one after the other and says of each whether it went as it should.</summary>
/// <remarks>
/// A move is written VERB[:STREAMS[:BYTES[:CHUNK]]]; a line a move: the move, then "ok" or what went wrong, and how long it took.
/// </remarks>
internal sealed class Client(IPEndPoint server)
{
    private const long DefaultLength = 4 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private long seeds = Environment.ProcessId * 1_000_000L;

    /// <summary>Makes the moves and returns how many of them went wrong.</summary>
    public async Task<int> Run(string[] moves)
    {
        int failures = 0;
        foreach (string move in moves)
        {
            var watch = Stopwatch.StartNew();
            string verdict = await Make(move);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{move} {verdict} {watch.Elapsed.TotalMilliseconds:F1} ms"));
            failures += verdict == "ok" ? 0 : 1;
        }

        return failures;
    }

    private async Task<string> Make(string move)
    {
        string[] words = move.Split(':');
        int streams = words.Length > 1 ? int.Parse(words[1], CultureInfo.InvariantCulture) : 1;
        long length = words.Length > 2 ? long.Parse(words[2], CultureInfo.InvariantCulture) : DefaultLength;
        int chunk = words.Length > 3 ? int.Parse(words[3], CultureInfo.InvariantCulture) : int.MaxValue;
        using var watchdog = new CancellationTokenSource(Patience);
        var running = new Task<string>[streams];
        for (int i = 0; i < streams; i++)
            running[i] = Guarded(words[0], length, chunk, Interlocked.Increment(ref seeds), watchdog.Token);
        string[] verdicts = await Task.WhenAll(running);
        return Array.Find(verdicts, verdict => verdict != "ok") ?? "ok";
    }

    private async Task<string> Guarded(string verb, long length, int chunk, long seed, CancellationToken stop)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            return await One(socket, verb, length, chunk, seed, stop);
        }
        catch (SocketException error)
        {
            return $"failed: {error.SocketErrorCode}";
        }
        catch (OperationCanceledException)
        {
            return $"failed: not done after {Patience.TotalSeconds} s";
        }
    }

    private Task<string> One(Socket socket, string verb, long length, int chunk, long seed, CancellationToken stop) => verb switch
    {
        "upload" => Upload(socket, length, chunk, seed, stop),
        "half-close" => HalfClose(socket, length, seed, stop),
        "download" => Download(socket, length, seed, stop),
        "both" => Both(socket, length, chunk, seed, stop),
        "end-first" => EndFirst(socket, length, seed, stop),
        "reset-by-server" => ResetByServer(socket, length, seed, stop),
        "reset-by-client" => ResetByClient(socket, length, seed, stop),
        "end-by-client" => EndByClient(socket, length, seed, stop),
        "connect" => ConnectOnly(socket, stop),
        _ => throw new ArgumentException($"no move is called '{verb}'"),
    };

    private async Task<string> Upload(Socket socket, long length, int chunk, long seed, CancellationToken stop)
    {
        await Begin(socket, new Order(Verb.Upload, length, seed), stop);
        byte[] sent = await Transfer.Send(socket, seed, length, chunk, stop);
        byte[]? told = await Transfer.ReceiveExactly(socket, sent.Length, stop);
        return Same("what arrived", sent, told) ?? await Ended(socket, stop);
    }

    /// <summary>The client ends first; the answer must still arrive.</summary>
    private async Task<string> HalfClose(Socket socket, long length, long seed, CancellationToken stop)
    {
        await Begin(socket, new Order(Verb.HalfClose, length, seed), stop);
        byte[] sent = await Transfer.Send(socket, seed, length, int.MaxValue, stop);
        socket.Shutdown(SocketShutdown.Send);
        byte[]? told = await Transfer.ReceiveExactly(socket, sent.Length, stop);
        return Same("what arrived", sent, told) ?? await Ended(socket, stop);
    }

    private async Task<string> Download(Socket socket, long length, long seed, CancellationToken stop)
    {
        await Begin(socket, new Order(Verb.Download, length, seed), stop);
        var (got, hash) = await Transfer.Receive(socket, stop);
        return got != length ? $"failed: {got} bytes of {length}" : Same("what arrived", Transfer.HashOf(seed, length), hash) ?? "ok";
    }

    private async Task<string> Both(Socket socket, long length, int chunk, long seed, CancellationToken stop)
    {
        await Begin(socket, new Order(Verb.Both, length, seed), stop);
        Task<(long Length, byte[] Hash)> receiving = Transfer.Receive(socket, stop, length);
        byte[] sent = await Transfer.Send(socket, ~seed, length, chunk, stop);
        var (_, hash) = await receiving;
        byte[]? told = await Transfer.ReceiveExactly(socket, sent.Length, stop);
        return Same("the download", Transfer.HashOf(seed, length), hash) ?? Same("the upload", sent, told) ?? await Ended(socket, stop);
    }

    /// <summary>The server ends first; what is sent after that must still arrive.</summary>
    private async Task<string> EndFirst(Socket socket, long length, long seed, CancellationToken stop)
    {
        await Begin(socket, new Order(Verb.EndFirst, length, seed), stop);
        var (_, hash) = await Transfer.Receive(socket, stop);
        byte[] sent = await Transfer.Send(socket, ~seed, length, int.MaxValue, stop);
        socket.Shutdown(SocketShutdown.Send);
        string result = await ResultOf(seed, stop);
        return Same("the download", Transfer.HashOf(seed, length), hash) ?? Expect($"eof {length} {Convert.ToHexString(sent)}", result);
    }

    private async Task<string> ResetByServer(Socket socket, long length, long seed, CancellationToken stop)
    {
        await Begin(socket, new Order(Verb.Reset, length, seed), stop);
        await Transfer.Send(socket, seed, length, int.MaxValue, stop);
        try
        {
            var (got, _) = await Transfer.Receive(socket, stop);
            return $"failed: a clean end after {got} bytes where the server reset";
        }
        catch (SocketException error)
        {
            return Expect(nameof(SocketError.ConnectionReset), $"{error.SocketErrorCode}");
        }
    }

    private async Task<string> ResetByClient(Socket socket, long length, long seed, CancellationToken stop)
    {
        await Begin(socket, new Order(Verb.Watch, length, seed), stop);
        await Transfer.ReceiveExactly(socket, 1, stop);
        await Transfer.Send(socket, seed, length, int.MaxValue, stop);
        Transfer.Reset(socket);
        return Expect("reset", await ResultOf(seed, stop));
    }

    private async Task<string> EndByClient(Socket socket, long length, long seed, CancellationToken stop)
    {
        await Begin(socket, new Order(Verb.Watch, length, seed), stop);
        await Transfer.ReceiveExactly(socket, 1, stop);
        byte[] sent = await Transfer.Send(socket, seed, length, int.MaxValue, stop);
        socket.Close();
        return Expect($"eof {length} {Convert.ToHexString(sent)}", await ResultOf(seed, stop));
    }

    private async Task<string> ConnectOnly(Socket socket, CancellationToken stop)
    {
        await socket.ConnectAsync(server, stop);
        return "ok";
    }

    private async Task Begin(Socket socket, Order order, CancellationToken stop)
    {
        await socket.ConnectAsync(server, stop);
        await Transfer.SendAll(socket, order.ToBytes(), stop);
    }

    private async Task<string> ResultOf(long seed, CancellationToken stop)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await Begin(socket, new Order(Verb.Result, 0, seed), stop);
        var buffer = new byte[256];
        int have = 0;
        for (int got; (got = await socket.ReceiveAsync(buffer.AsMemory(have), stop)) > 0;)
            have += got;
        return Encoding.ASCII.GetString(buffer, 0, have);
    }

    private static async Task<string> Ended(Socket socket, CancellationToken stop)
    {
        var (more, _) = await Transfer.Receive(socket, stop);
        return more == 0 ? "ok" : $"failed: {more} bytes too many";
    }

    private static string? Same(string what, byte[] expected, byte[]? found) => found is not null && expected.AsSpan().SequenceEqual(found)
        ? null
        : $"failed: the SHA-256 of {what} differs or did not come";

    private static string Expect(string expected, string found) => expected == found ? "ok" : $"failed: '{found}' instead of '{expected}'";
}
