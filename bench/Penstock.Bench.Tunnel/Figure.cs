namespace Penstock.Bench.Tunnel;

/// <summary>The names of the figures; they carry their units.</summary>
internal static class Figure
{
    public const string Throughput = "throughput, Gbit/s";
    public const string Cost = "CPU, s/GB";
    public const string RelayCost = "relay's CPU, s/GB";
    public const string OverRelay = "CPU over the relay's";
    public const string LeastShare = "least busy shard's share, %";
    public const string Rate = "requests/s";
    public const string RequestCost = "CPU, us/request";
    public const string DatagramCost = "CPU, us/datagram";
    public const string Loss = "loss, %";
    public const string ThroughputOverDirect = "throughput over a direct client's";
    public const string SenderBusy = "sender's share of a processor, %";
    public const string OverDirect = "p50 over a direct client's";
    public const string Answered = "sources answered";
    public const string P50 = "p50, ms";
    public const string P99 = "p99, ms";
    public const string Failed = "failed";
    public const string Opened = "sessions opened";
    public const string Moved = "sessions that moved data";
    public const string OpenRate = "sessions opened/s";
    public const string PerSession = "resident KB/session";
    public const string AfterClose = "resident after close over before";
    public const string Base = "resident before, MB";
    public const string WakeUps = "wake-ups/s";
    public const string Mean = "mean, ms";
    public const string KernelsMean = "kernel's mean, ms";
    public const string OverKernel = "mean over the kernel's";
    public const string Longest = "longest, ms";
    public const string StartUp = "start-up, ms";
}
