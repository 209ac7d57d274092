using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using Penstock.HyperAmp.Client;

namespace Penstock.Cli.HyperAmp;

/// <summary>One run of <c>amp load</c>: its threads, what they counted, and when they stop.</summary>
internal sealed class LoadRun
{
    private readonly ZoneClient _client;
    private readonly LoadSettings _settings;
    private readonly StopSignal _stop;
    private readonly LoadTally[] _tallies;
    private long _start;
    private volatile bool _wasAnswered;

    public LoadRun(ZoneClient client, LoadSettings settings, StopSignal stop)
    {
        _client = client;
        _settings = settings;
        _stop = stop;
        _tallies = new LoadTally[settings.Threads];
        for (int i = 0; i < _tallies.Length; i++)
            _tallies[i] = new LoadTally();
    }

    /// <summary>Sends until the time is over, a signal comes, or it turns out that nothing serves the region.</summary>
    /// <returns>Seconds that it took.</returns>
    public double Run(TextWriter progress)
    {
        var all = new Thread[_tallies.Length];
        _start = Stopwatch.GetTimestamp();
        for (int i = 0; i < all.Length; i++)
        {
            int index = i;
            all[i] = new Thread(() => Send(index));
            all[i].Start();
        }
        Watch(progress);
        _stop.Set();
        foreach (Thread thread in all)
            thread.Join();
        return Stopwatch.GetElapsedTime(_start).TotalSeconds;
    }

    /// <summary>Tells what <see cref="Run"/> has done.</summary>
    /// <returns>The exit status.</returns>
    public int Report(double took, string region, TextWriter output, TextWriter errors)
    {
        var all = new LoadTally();
        long least = long.MaxValue, most = 0;
        foreach (LoadTally tally in _tallies)
        {
            all.Add(tally);
            least = Math.Min(least, tally.Latencies.Count);
            most = Math.Max(most, tally.Latencies.Count);
        }
        long answered = all.Latencies.Count;
        double Microseconds(double share) => all.Latencies.Percentile(share) / 1000.0;
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"Requests: {all.Requests}, failed: {all.Failed}{(all.Failed > 0 ? $" ({all.Reasons()})" : "")}\n"
            + $"Rate: {answered / took:F0} req/s, {answered * (double)_settings.Size / took / 1e6:F1} MB/s each way\n"));
        if (answered > 0)
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"Latency us: min {all.Latencies.Minimum / 1000.0:F2}, p50 {Microseconds(0.5):F2}, p90 {Microseconds(0.9):F2}, p99 {Microseconds(0.99):F2}, p99.9 {Microseconds(0.999):F2}, max {all.Latencies.Maximum / 1000.0:F2}\n"
                + $"Fairness: slowest thread {least}, fastest {most}, ratio {(double)least / most:F2}\n"));
        output.Flush();
        if (all.Unanswered > 0 && !_client.IsServed)
            errors.WriteLine($"penstock amp load: no answer in time; no service of this program runs on {region}, penstock amp serve starts one");
        return all.Failed == 0 ? 0 : 1;
    }

    private void Send(int index)
    {
        LoadTally tally = _tallies[index];
        byte[] request = new byte[_settings.Size], answer = new byte[_settings.Size];
        new Random(index).NextBytes(request);
        double interval = _settings.Rate == 0 ? 0 : _tallies.Length * Stopwatch.Frequency / _settings.Rate;
        for (long sent = 0; !_stop.IsSet; sent++)
        {
            long begin = Stopwatch.GetTimestamp();
            if (interval > 0)
            {
                // Latency counts from when the request was due, so that a late one does not hide what made it late.
                long due = _start + (long)((sent + ((double)index / _tallies.Length)) * interval);
                if (due > begin)
                    Linux.Memory.Processor.Nap(Stopwatch.GetElapsedTime(begin, due));
                begin = due;
            }
            CallResult result = _client.Call(_settings.Service, request, answer);
            if (result.IsSuccess && AnswerCheck.IsRight(_settings.Service, request, answer))
                tally.Latencies.Record((long)((Stopwatch.GetTimestamp() - begin) * (1e9 / Stopwatch.Frequency)));
            else
                tally.Fail(result.Status);
            if (result.Status == CallStatus.TimedOut)
                StopIfUnserved();
            else if (!_wasAnswered && result.Status is (CallStatus.Success or CallStatus.Failed or CallStatus.NotExists))
                _wasAnswered = true;
        }
    }

    // A service of the original announces nothing, so one that has answered may go on after a time-out.
    private void StopIfUnserved()
    {
        if (!_wasAnswered && !_client.IsServed)
            _stop.Set();
    }

    private void Watch(TextWriter progress)
    {
        long before = 0;
        while (true)
        {
            double left = _settings.Seconds - Stopwatch.GetElapsedTime(_start).TotalSeconds;
            if (left <= 0 || _stop.Wait(TimeSpan.FromSeconds(Math.Clamp(left, 0.001, 1))))
                return;
            double passed = Stopwatch.GetElapsedTime(_start).TotalSeconds;
            if (passed >= _settings.Seconds)
                return;
            long count = 0, failed = 0;
            foreach (LoadTally tally in _tallies)
                (count, failed) = (count + tally.Requests, failed + tally.Failed);
            progress.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{passed,6:F1} s {count - before,10} requests{(failed > 0 ? $", {failed} failed so far" : "")}"));
            before = count;
        }
    }
}
