using System;
using System.Runtime.InteropServices;
using Penstock.Linux.Tun;
using Penstock.Tunnel;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Statistics;
using Penstock.Wire.Ip;

namespace Penstock.TestPeer.Tunnels;

/// <summary>A host that opens and configures the TUN device by itself and hands the descriptor to the tunnel: one queue, no virtio header.</summary>
internal static class HandedOver
{
    public static int Run(string path)
    {
        ConfigurationResult read = TunnelConfiguration.Load(path);
        if (read.Options is not { } options)
        {
            Console.Error.WriteLine(string.Join('\n', read.Diagnostics));
            return 1;
        }

        using TunDevice device = Open(options.Tun);
        using TunnelRuntime tunnel = TunnelRuntime.Start(options, new ErrorStream(), device.Queues[0].Descriptor);
        using var stop = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            tunnel.Stop();
        });
        tunnel.Wait();
        tunnel.Stop();
        Console.Error.WriteLine(string.Join('\n', StatisticsReport.Lines(tunnel.Snapshot())));
        return tunnel.Failure is null ? 0 : 1;
    }

    private static TunDevice Open(TunOptions tun)
    {
        TunDevice device = TunDevice.Open(new TunRequest { Name = tun.Name, Queues = 1, Offload = TunOffload.None });
        device.SetMtu(tun.Mtu);
        Add(device, tun.Ipv4);
        Add(device, tun.Ipv6);
        device.Up();
        return device;
    }

    private static void Add(TunDevice device, InetAddress? address)
    {
        if (address is not { } given)
            return;
        Span<byte> bytes = stackalloc byte[16];
        given.Write(bytes);
        device.AddAddress(bytes[..given.Length], given.Length * 8);
    }

    private sealed class ErrorStream : ILog
    {
        public bool IsOn(LogLevel level) => level >= LogLevel.Warn;

        public void Write(LogLevel level, string text) => Console.Error.WriteLine(text);
    }
}
