using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Penstock.Linux;
using Penstock.Tunnel.Logging;
using Xunit;

namespace Penstock.Tunnel.Tests.Logging;

/// <summary>The log: form, levels, files, many threads, destinations that are slow or gone. The clock is not real.</summary>
public sealed class LogTests : IDisposable
{
    private static readonly TimeSpan s_watchdog = TimeSpan.FromMinutes(1);
    private readonly string _directory = Directory.CreateTempSubdirectory("penstock-log-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(LogLevel.Debug, "[2026-02-03 04:05:06] [D] text\n")]
    [InlineData(LogLevel.Info, "[2026-02-03 04:05:06] [I] text\n")]
    [InlineData(LogLevel.Warn, "[2026-02-03 04:05:06] [W] text\n")]
    [InlineData(LogLevel.Error, "[2026-02-03 04:05:06] [E] text\n")]
    public void Line_has_local_time_and_the_level_s_letter(LogLevel level, string line) =>
        Assert.Equal(line, Encoding.UTF8.GetString(LogLine.Format(new DateTime(2026, 2, 3, 4, 5, 6), level, "text")));

    [Fact]
    public void Line_stays_one_line_of_bounded_length()
    {
        string line = Encoding.UTF8.GetString(LogLine.Format(default, LogLevel.Error, "a\r\nb\u001b[2J" + new string('c', 9999)));
        Assert.Equal(1, line.Count(char.IsControl));
        Assert.InRange(line.Length, LogLine.MaxText, LogLine.MaxText + 40);
    }

    [Fact]
    public void Levels_below_the_configured_one_are_not_written()
    {
        var sink = new ListSink();
        using (var log = new LineLog(sink, LogLevel.Warn))
        {
            foreach (LogLevel level in Enum.GetValues<LogLevel>())
            {
                Assert.Equal(level >= LogLevel.Warn, log.IsOn(level));
                log.Write(level, level.ToString());
            }
        }
        Assert.Equal(["[W] Warn", "[E] Error"], sink.Lines.Select(l => l[22..].Trim()));
    }

    [Fact]
    public void Each_line_is_one_write_and_threads_do_not_mix()
    {
        var sink = new ListSink();
        using (var log = new LineLog(sink, LogLevel.Debug))
        {
            Parallel.For(0, 8, thread =>
            {
                for (int i = 0; i < 100; i++)
                    log.Write(LogLevel.Info, $"thread {thread} line {i}");
            });
        }
        Assert.Equal(800, sink.Lines.Count);
        for (int thread = 0; thread < 8; thread++)
        {
            IEnumerable<string> own = sink.Lines.Select(l => l[26..]).Where(l => l.StartsWith($"thread {thread} ", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"thread {thread} line {i}\n"), own);
        }
    }

    [Fact]
    public void Destination_that_does_not_take_lines_holds_nobody_up_and_the_loss_is_told()
    {
        var sink = new GateSink();
        using (var log = new LineLog(sink, LogLevel.Debug))
        {
            log.Write(LogLevel.Info, "first");
            Assert.True(sink.Reached.Wait(s_watchdog));
            for (int i = 0; i < LineLog.Capacity + 50; i++)
                log.Write(LogLevel.Info, "more");
            Assert.False(log.Flush(TimeSpan.Zero));
            sink.Gate.Set();
            Assert.True(log.Flush(s_watchdog));
        }
        Assert.Contains(sink.Lines, l => l.Contains("log: 50 lines lost", StringComparison.Ordinal));
        Assert.Equal(1 + LineLog.Capacity + 1, sink.Lines.Count);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void File_is_appended_to_and_made_with_its_mode()
    {
        string path = Path.Combine(_directory, "a.log");
        for (int round = 0; round < 2; round++)
        {
            using var log = new LineLog(DescriptorSink.Open(LogTarget.File(path)), LogLevel.Info);
            log.Write(LogLevel.Info, $"round {round}");
        }
        Assert.Equal(["round 0", "round 1"], File.ReadAllLines(path).Select(l => l[26..]));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path) | UnixFileMode.GroupRead);
    }

    [Fact]
    public void File_that_is_cut_while_open_grows_from_its_new_end()
    {
        string path = Path.Combine(_directory, "b.log");
        using var log = new LineLog(DescriptorSink.Open(LogTarget.File(path)), LogLevel.Info);
        log.Write(LogLevel.Info, new string('x', 500));
        Assert.True(log.Flush(s_watchdog));
        File.WriteAllText(path, "");
        log.Write(LogLevel.Info, "after");
        Assert.True(log.Flush(s_watchdog));
        Assert.Equal("after", File.ReadAllText(path)[26..].Trim());
    }

    [Fact]
    public void File_that_cannot_be_opened_is_an_error_with_its_name()
    {
        string path = Path.Combine(_directory, "missing", "c.log");
        SysException problem = Assert.Throws<SysException>(() => DescriptorSink.Open(LogTarget.File(path)));
        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_written_after_the_end()
    {
        var sink = new ListSink();
        var log = new LineLog(sink, LogLevel.Debug);
        log.Dispose();
        log.Write(LogLevel.Error, "late");
        log.Dispose();
        Assert.Empty(sink.Lines);
    }

    [Fact]
    public void Limiter_writes_a_burst_in_an_interval_and_tells_how_many_it_left_out()
    {
        var log = new ListLog();
        var limiter = new LogLimiter(log, LogLevel.Warn, burst: 2, interval: 1000);
        foreach (long now in (long[])[0, 1, 2, 999, 1000, 1001, 1500])
        {
            if (limiter.IsDue(now))
                limiter.Write($"refused at {now}");
        }
        Assert.Equal(["refused at 0", "refused at 1", "refused at 1000 (and 2 more like it)", "refused at 1001"], log.Texts);
    }

    [Fact]
    public void Limiter_of_a_level_that_is_off_is_never_due()
    {
        var limiter = new LogLimiter(NullLog.Instance, LogLevel.Error, burst: 1, interval: 1);
        Assert.False(limiter.IsDue(0));
    }

    [Fact]
    public void Limiter_keeps_its_bound_with_many_threads()
    {
        var limiter = new LogLimiter(new ListLog(), LogLevel.Warn, burst: 5, interval: 1_000_000);
        int due = 0;
        Parallel.For(0, 10_000, i =>
        {
            if (limiter.IsDue(i))
                Interlocked.Increment(ref due);
        });
        Assert.InRange(due, 5, 10); // an interval that opens while others write may give one burst twice, never more
    }

    private sealed class ListSink : ILineSink
    {
        public List<string> Lines { get; } = [];

        public void Write(ReadOnlySpan<byte> line) => Lines.Add(Encoding.UTF8.GetString(line));

        public void Dispose()
        {
        }
    }

    private sealed class GateSink : ILineSink
    {
        public ManualResetEventSlim Gate { get; } = new();

        public ManualResetEventSlim Reached { get; } = new();

        public ConcurrentQueue<string> Lines { get; } = new();

        public void Write(ReadOnlySpan<byte> line)
        {
            Reached.Set();
            Gate.Wait(s_watchdog);
            Lines.Enqueue(Encoding.UTF8.GetString(line));
        }

        public void Dispose()
        {
        }
    }

    private sealed class ListLog : ILog
    {
        public List<string> Texts { get; } = [];

        public bool IsOn(LogLevel level) => true;

        public void Write(LogLevel level, string text) => Texts.Add(text);
    }
}
