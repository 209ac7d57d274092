using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using Penstock.HyperAmp.Services;

namespace Penstock.Cli.HyperAmp;

/// <summary>A set under a watch: what each message took, in the original's log file or on the screen.</summary>
internal sealed class MessageLog : ServiceSet, IDisposable
{
    private const int MostLines = 1_000_000;
    private readonly ServiceSet _set;
    private readonly string? _path;
    private readonly TextWriter? _screen;
    private readonly StringBuilder _lines = new("Message编号\t服务处理时间\n");
    private readonly Lock _gate = new();
    private int _number;

    public MessageLog(ServiceSet set, string? path, TextWriter? screen)
    {
        _set = set;
        _path = path;
        _screen = screen;
        if (path is not null && new FileInfo(path).LinkTarget is { } target)
            throw new IOException($"{path} is a link to {target}");
    }

    public override string Name => _set.Name;

    public override bool Knows(ushort service) => _set.Knows(service);

    public override ServiceResult Run(ushort service, Span<byte> payload)
    {
        string before = _screen is null ? "" : Convert.ToHexStringLower(payload);
        long start = Stopwatch.GetTimestamp();
        ServiceResult result = _set.Run(service, payload);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        lock (_gate)
        {
            _number++;
            _screen?.WriteLine($"message {_number}: service {service}, {payload.Length} bytes {before} -> {result} {Convert.ToHexStringLower(payload)}");
            if (_path is not null && _number <= MostLines)
                _lines.Append(CultureInfo.InvariantCulture, $"{_number}\t{took.TotalMilliseconds:F3} ms\n");
        }
        return result;
    }

    /// <summary>Writes the file, whole.</summary>
    public void Save()
    {
        if (_path is not null)
            AnswerFile.Write(_path, Encoding.UTF8.GetBytes(_lines.ToString()));
    }

    public void Dispose() => _screen?.Flush();
}
