using System;
using System.Threading;
using Penstock.Native.Border;
using Penstock.Tunnel;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Hosting;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Statistics;

namespace Penstock.Native.Handles;

/// <summary>A tunnel that a handle stands for. Thread-safe.</summary>
internal sealed class EmbeddedTunnel
{
    private readonly TunnelRuntime _runtime;
    private readonly LineLog? _lines;
    private readonly Scripts? _scripts;
    private readonly Lock _lock = new();
    private bool _stopped;

    private EmbeddedTunnel(TunnelRuntime runtime, LineLog? lines, Scripts? scripts)
    {
        _runtime = runtime;
        _lines = lines;
        _scripts = scripts;
    }

    /// <summary>The interface's name.</summary>
    public string InterfaceName => _runtime.InterfaceName;

    /// <summary>Why it ended by itself, or null.</summary>
    public string? Failure => _runtime.Failure;

    /// <summary>Brings a tunnel up.</summary>
    /// <exception cref="BorderException">The configuration cannot be used.</exception>
    public static unsafe EmbeddedTunnel Start(ConfigurationResult configuration, in HostOptions host)
    {
        if (configuration.Options is not { } options)
            throw new BorderException(Status.InvalidConfiguration, ConfigurationText.Mistakes(configuration));
        LineLog? lines = null;
        if (host.Log != null)
            lines = new LineLog(new CallbackSink(host.Log, host.Context), options.Misc.LogLevel);
        else if (options.Misc.LogTarget != LogTarget.None)
            lines = new LineLog(DescriptorSink.Open(options.Misc.LogTarget), options.Misc.LogLevel);
        try
        {
            ILog log = lines is null ? NullLog.Instance : lines;
            ConfigurationText.Tell(configuration, log);
            DescriptorLimit.Raise(options.Misc.LimitNofile, log);
            TunnelRuntime runtime = TunnelRuntime.Start(options, log, new TunnelHost
            {
                TunDescriptor = Math.Max(host.TunDescriptor, -1),
                ProtectSocket = host.Protect == null ? null : new SocketCallback(host.Protect, host.Context).Allows,
            });
            Scripts? scripts = host.TunDescriptor < 0 ? new Scripts(options.Tun, runtime, log) : null;
            scripts?.PostUp();
            return new EmbeddedTunnel(runtime, lines, scripts);
        }
        catch
        {
            lines?.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the end; false when the time was over first.</summary>
    /// <param name="milliseconds">Negative: no limit.</param>
    public bool Wait(int milliseconds)
    {
        if (milliseconds >= 0)
            return _runtime.Wait(TimeSpan.FromMilliseconds(milliseconds));
        _runtime.Wait();
        return true;
    }

    /// <summary>Ends it and closes what it has opened; a second call waits for the first.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
            _runtime.Stop();
            _scripts?.PreDown();
            _runtime.Dispose();
            _lines?.Dispose();
        }
    }

    /// <summary>What is counted, also after the end.</summary>
    public TunnelStatistics Snapshot() => _runtime.Snapshot();
}
