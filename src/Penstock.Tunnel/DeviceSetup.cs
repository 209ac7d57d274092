using System;
using Penstock.Linux.Processes;
using Penstock.Linux.Tun;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel;

/// <summary>Opens and configures the TUN device: create, MTU, IPv4 /32, IPv6 /128, up.</summary>
internal static class DeviceSetup
{
    /// <summary>
    /// Packets that wait while a shard is not running: the system's 500 last for 10 ms at 50 000 datagrams a second, less than
    /// a busy machine may keep a thread waiting.
    /// </summary>
    private const int QueueLength = 4096;

    /// <exception cref="TunException">A step failed; the device is gone again.</exception>
    public static TunDevice Open(TunnelOptions options)
    {
        TunOptions tun = options.Tun;
        int queues = options.Threading.NumWorkers > 0 ? options.Threading.NumWorkers : Processors.Allowed().Count;
        TunDevice device = TunDevice.Open(new TunRequest
        {
            Name = tun.Name,
            Queues = Math.Min(queues, ThreadingOptions.MaxWorkers),
            Offload = OffloadOf(tun.Offload),
            Shared = tun.MultiQueue,
        });
        try
        {
            device.SetMtu(tun.Mtu);
            device.SetQueueLength(QueueLength);
            AddAddress(device, tun.Ipv4);
            AddAddress(device, tun.Ipv6);
            device.Up();
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    private static TunOffload OffloadOf(OffloadFeatures features)
    {
        TunOffload wish = TunOffload.None;
        if (features.HasFlag(OffloadFeatures.Checksum))
            wish |= TunOffload.Checksum;
        if (features.HasFlag(OffloadFeatures.Tso4))
            wish |= TunOffload.Tso4;
        if (features.HasFlag(OffloadFeatures.Tso6))
            wish |= TunOffload.Tso6;
        if (features.HasFlag(OffloadFeatures.Uso))
            wish |= TunOffload.Uso;
        if (features.HasFlag(OffloadFeatures.Big))
            wish |= TunOffload.Big;
        return wish;
    }

    private static void AddAddress(TunDevice device, InetAddress? address)
    {
        if (address is not { } given)
            return;
        Span<byte> bytes = stackalloc byte[16];
        given.Write(bytes);
        device.AddAddress(bytes[..given.Length], given.Length * 8);
    }
}
