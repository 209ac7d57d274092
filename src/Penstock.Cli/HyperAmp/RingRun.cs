using System;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using Penstock.HyperAmp.Ring;
using Penstock.HyperAmp.Services;
using Penstock.Linux.Memory;

namespace Penstock.Cli.HyperAmp;

/// <summary>One run of <c>penstock amp ring</c>: opens the region, takes a side, does what was asked, shows the state.</summary>
internal sealed class RingRun : IDisposable
{
    private const string DefaultFile = "/dev/shm/hyperamp_ring";

    private readonly RingSettings _settings;
    private readonly TextReader _input;
    private readonly RingScreen _screen;
    private readonly MappedMemory _memory;
    private readonly RingChannel _channel;

    public RingRun(RingSettings settings, TextReader input, TextWriter output)
    {
        _settings = settings;
        _input = input;
        _screen = new RingScreen(output);
        _memory = Open(settings, out bool isStrict, out ulong address);
        try
        {
            _channel = Join(new(_memory.Window, isStrict), address);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }
    }

    /// <summary>0 when everything asked for was done.</summary>
    public int Run()
    {
        int status = _settings.Serves ? Serve() : Talk();
        _screen.Ring("TX", _channel.Sender.ReadStatus());
        _screen.Ring("RX", _channel.Receiver.ReadStatus());
        _screen.Line($"local: sent {_channel.Sender.Sent}, received {_channel.Receiver.Received}, dropped {_channel.Receiver.Dropped}");
        return status;
    }

    public void Dispose()
    {
        _channel.Dispose();
        _memory.Dispose();
    }

    private static MappedMemory Open(RingSettings settings, out bool isStrict, out ulong address)
    {
        int length = settings.Channel is null ? ChannelLayout.SingleRegion : ChannelLayout.MultiRegion;
        address = 0;
        isStrict = false;
        if (settings.Address is { } text)
        {
            string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
            if (!ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out address))
                throw new ArgumentException($"-a {text}: an address is hexadecimal");
        }
        if (settings.Path is null && address != 0)
        {
            Penstock.HyperAmp.Regions.SystemRam.Refuse("/proc/iomem", address, length);
            isStrict = true;
            return MappedMemory.OpenDevice("/dev/mem", (long)address, length, uncached: true);
        }
        string path = settings.Path ?? DefaultFile;
        if (new FileInfo(path) is { Exists: true, Length: > 0 } found && found.Length < length && found.LinkTarget is null && !path.StartsWith("/dev/", StringComparison.Ordinal))
            throw new InvalidDataException($"{path} has {found.Length} bytes, a region has {length}: it is another file, or of another layout");
        return path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) || path.StartsWith("/sys/", StringComparison.Ordinal)
            ? MappedMemory.OpenDevice(path, 0, length, uncached: false)
            : MappedMemory.OpenFile(path, length);
    }

    private RingChannel Join(RingMemory region, ulong address)
    {
        ChannelLayout layout = _settings.Channel is { } n ? ChannelLayout.Multi(n) : ChannelLayout.Single;
        RingSide side = _settings.Serves ? RingSide.Remote : RingSide.Linux;
        var options = new RingOptions
        {
            SeparateData = _settings.SeparateData,
            Locking = _settings.Interlocked ? RingLocking.Interlocked : RingLocking.SingleRole,
            Zone = _settings.Serves ? 1u : 0u,
        };
        if (_settings.Creates)
            return RingChannel.Create(region, layout, side, options, address);
        RingResult result = RingChannel.TryAttach(region, layout, side, options, out RingChannel? channel);
        // A region of zeros is nobody's error: the backend, which comes first, makes the pages.
        if (result == RingResult.NotReady && _settings.Serves)
            return RingChannel.Create(region, layout, side, options, address);
        return result switch
        {
            RingResult.Ok => channel!,
            RingResult.NotReady => throw new InvalidDataException($"{_memory.Path}: no creator has finished the rings; start the peer, or create them with -c"),
            _ => throw new InvalidDataException($"{_memory.Path}: the control pages describe other rings than asked for; check -n and --separate, or create them anew with -c"),
        };
    }

    private int Serve()
    {
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = StopOn(PosixSignal.SIGINT, stop), terminate = StopOn(PosixSignal.SIGTERM, stop);
        using ECDsa? key = _settings.KeyFile is { } file ? ServiceKeys.Load(file).ToVerifier() : null;
        var backend = new RingBackend(_channel, new() { VerifyKey = key, Received = _settings.IsVerbose ? _screen.Message : _screen.Arrival });
        _screen.Line($"serving on {_memory.Path}; signatures: {(key is null ? "shape only, no key" : "ECDSA-P256")}");
        backend.Run(stop.Token);
        _screen.Line(backend.Counters);
        return 0;
    }

    private int Talk()
    {
        using var client = new RingClient(_channel) { Unmatched = _screen.Message };
        int status = 0;
        if (_settings.Text is { } text)
            status |= Tell(client.Post(new(MessageType.Data, 1, 0), Encoding.UTF8.GetBytes(text), _settings.Timeout), "send");
        if (_settings.Call is { } call)
            status |= _settings.UsesBulk ? Transfer(client, call.Data, call.Service) : Call(client, call.Data, call.Service);
        if (_settings.Drains)
            _screen.Line($"received {client.Drain()}");
        return _settings.IsInteractive ? status | Converse(client) : status;
    }

    private int Call(RingClient client, string data, ushort service)
    {
        byte[] request = MessageInput.Read(data, _channel.Sender.Geometry.MaxPayload);
        if (!_settings.Waits && _settings.Output is null)
            return Tell(client.Post(new(MessageType.Service, service, 1), request, _settings.Timeout), "send");
        var answer = new byte[_channel.Sender.Geometry.MaxPayload];
        RingResult result = client.Call(service, request, answer, out int length, _settings.Timeout);
        return result == RingResult.Ok ? Answer(answer.AsSpan(0, length)) : Tell(result, $"service {service}");
    }

    private int Transfer(RingClient client, string data, ushort service)
    {
        byte[] content = MessageInput.Read(data, _channel.Layout.BulkLength);
        uint bulk = service;
        if (_settings.SignatureFile is { } file)
        {
            var signed = new byte[SignedMessage.HeaderSize + content.Length];
            if (!SignedMessage.TryWriteHeader(signed, File.ReadAllBytes(file), content.Length))
                throw new InvalidDataException($"{file}: a DER signature of P-256 has 64 to 72 bytes");
            content.CopyTo(signed.AsSpan(SignedMessage.HeaderSize));
            (content, bulk) = (signed, service + 3u);
        }
        else if (_settings.Validates && service != 0)
            bulk = service + 6u;
        var answer = new byte[content.Length];
        RingResult result = client.Transfer(bulk, content, answer, out int length, out int status, _settings.Timeout);
        if (result == RingResult.Ok)
            return Answer(answer.AsSpan(0, length));
        return Tell(result, result == RingResult.Failed ? $"bulk service {bulk} (status {status})" : $"bulk service {bulk}");
    }

    private int Converse(RingClient client)
    {
        int status = 0;
        while (_input.ReadLine() is { } line && line != "q")
        {
            if (line.StartsWith("s ", StringComparison.Ordinal))
                status |= Tell(client.Post(new(MessageType.Data, 1, 0), Encoding.UTF8.GetBytes(line[2..]), _settings.Timeout), "send");
            else if (line == "r")
                _screen.Line($"received {client.Drain()}");
            else
                _screen.Line("s TEXT sends, r receives, q ends");
        }
        return status;
    }

    private int Answer(ReadOnlySpan<byte> answer)
    {
        _screen.Answer(answer, _settings.Output);
        return 0;
    }

    private int Tell(RingResult result, string what)
    {
        _screen.Line($"{what}: {result}");
        return result == RingResult.Ok ? 0 : 1;
    }

    private static PosixSignalRegistration StopOn(PosixSignal signal, CancellationTokenSource stop) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });
}
