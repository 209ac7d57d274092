using System;
using System.Threading;
using Penstock.Linux.Events;
using Penstock.Native.Border;
using Penstock.Tunnel;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Hosting;
using Penstock.Tunnel.Logging;

namespace Penstock.Native.DropIn;

/// <summary>One run of the drop-in functions, from the configuration to the end.</summary>
/// <remarks>
/// 1. configuration, 2. log, 3. descriptor limit, 4. tunnel, 5. post-up script, 6. wait for quit or a failure,
/// 7. sessions end, 8. pre-down script, 9. the interface goes. A quit before 4 skips to the end. Everything that was opened
/// is closed when <see cref="Run"/> returns.
/// </remarks>
/// <param name="tunDescriptor">The host's TUN descriptor; negative: a device is opened.</param>
/// <param name="quitDescriptor">Readable once the run is to end; the caller's.</param>
internal sealed class DropInRun(int tunDescriptor, int quitDescriptor)
{
    private TunnelRuntime? _runtime;

    /// <summary>What the tunnel has moved; null while there is none. From any thread.</summary>
    public Traffic? Traffic => Volatile.Read(ref _runtime) is { } runtime ? Border.Traffic.Of(runtime.Snapshot()) : null;

    /// <summary>True when it was ended by quit, false when it could not start or ended by itself.</summary>
    public bool Run(ConfigurationResult configuration)
    {
        if (configuration.Options is not { } options)
        {
            DropInExports.Tell(ConfigurationText.Mistakes(configuration));
            return false;
        }
        LogTarget target = options.Misc.LogTarget;
        using LineLog? lines = target == LogTarget.None ? null : new LineLog(DescriptorSink.Open(target), options.Misc.LogLevel);
        ILog log = lines is null ? NullLog.Instance : lines;
        ConfigurationText.Tell(configuration, log);
        try
        {
            return RunTunnel(options, log);
        }
        catch (Exception problem)
        {
            log.Write(LogLevel.Error, problem.Message);
            if (target == LogTarget.Stderr)
                return false;
            throw; // to standard error as well
        }
    }

    private bool RunTunnel(TunnelOptions options, ILog log)
    {
        using var ended = new EventFd();
        using var watch = new Epoll();
        watch.Add(quitDescriptor, EpollInterest.Readable, 0);
        watch.Add(ended.Descriptor, EpollInterest.Readable, 1);
        Span<EpollEvent> events = stackalloc EpollEvent[2];
        if (watch.Wait(events, 0) > 0)
            return true;
        DescriptorLimit.Raise(options.Misc.LimitNofile, log);
        var host = new TunnelHost { TunDescriptor = Math.Max(tunDescriptor, -1), Ended = ended.Signal };
        using TunnelRuntime runtime = TunnelRuntime.Start(options, log, host);
        Volatile.Write(ref _runtime, runtime);
        Scripts? scripts = tunDescriptor < 0 ? new Scripts(options.Tun, runtime, log) : null;
        scripts?.PostUp();
        while (watch.Wait(events, -1) == 0)
        {
            // A signal of the runtime's own.
        }
        if (runtime.Failure is { } failure)
            log.Write(LogLevel.Error, failure);
        runtime.Stop();
        Volatile.Write(ref _runtime, null);
        scripts?.PreDown();
        return runtime.Failure is null;
    }
}
