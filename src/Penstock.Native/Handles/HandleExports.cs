using System;
using System.Runtime.InteropServices;
using System.Text;
using Penstock.Native.Border;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Statistics;

namespace Penstock.Native.Handles;

/// <summary>The functions of penstock.h, where they are described.</summary>
internal static unsafe class HandleExports
{
    private const int LongestPath = 8 * 1024;

    // Never freed: the host may keep the pointer.
    private static byte* s_version;

    [UnmanagedCallersOnly(EntryPoint = "penstock_start")]
    private static int Start(byte* text, nuint length, HostOptions* options, long* tunnel) =>
        Guard.Call(() => Start(text, length, isPath: false, options, tunnel));

    [UnmanagedCallersOnly(EntryPoint = "penstock_start_file")]
    private static int StartFile(byte* path, HostOptions* options, long* tunnel) => Guard.Call(() =>
    {
        int length = 0;
        while (path is not null && length < LongestPath && path[length] != 0)
            length++;
        return Start(path, (nuint)length, isPath: true, options, tunnel);
    });

    [UnmanagedCallersOnly(EntryPoint = "penstock_wait")]
    private static int Wait(long tunnel, int milliseconds) => Guard.Call(() =>
    {
        RefuseCallbacks();
        EmbeddedTunnel found = TunnelTable.Find(tunnel);
        if (!found.Wait(milliseconds))
            throw new BorderException(Status.TimedOut, "the tunnel is still running");
        return found.Failure is { } failure ? throw new BorderException(Status.Failed, failure) : Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "penstock_stop")]
    private static int Stop(long tunnel) => Guard.Call(() =>
    {
        RefuseCallbacks();
        TunnelTable.Find(tunnel).Stop();
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "penstock_free")]
    private static int Free(long tunnel) => Guard.Call(() =>
    {
        RefuseCallbacks();
        TunnelTable.Remove(tunnel).Stop();
        Guard.GiveMemoryBack();
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "penstock_interface")]
    private static nint Interface(long tunnel, byte* buffer, nuint size) =>
        Text(() => TunnelTable.Find(tunnel).InterfaceName, buffer, size);

    [UnmanagedCallersOnly(EntryPoint = "penstock_traffic")]
    private static int TrafficOf(long tunnel, ulong* txPackets, ulong* txBytes, ulong* rxPackets, ulong* rxBytes) => Guard.Call(() =>
    {
        Traffic traffic = Traffic.Of(TunnelTable.Find(tunnel).Snapshot());
        Put(txPackets, traffic.TxPackets);
        Put(txBytes, traffic.TxBytes);
        Put(rxPackets, traffic.RxPackets);
        Put(rxBytes, traffic.RxBytes);
        return Status.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "penstock_statistics")]
    private static nint Statistics(long tunnel, byte* buffer, nuint size) =>
        Text(() => StatisticsJson.Text(TunnelTable.Find(tunnel).Snapshot()), buffer, size);

    [UnmanagedCallersOnly(EntryPoint = "penstock_last_error")]
    private static nint Error(byte* buffer, nuint size)
    {
        try
        {
            return (nint)NativeText.Write(LastError.Text, buffer, size);
        }
        catch (BorderException problem)
        {
            return (nint)problem.Status;
        }
        catch (Exception)
        {
            return (nint)Status.Internal;
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "penstock_version")]
    private static byte* Version()
    {
        try
        {
            if (s_version is null)
            {
                byte[] text = Encoding.ASCII.GetBytes((typeof(TunnelConfiguration).Assembly.GetName().Version ?? new Version(0, 0, 0)).ToString(3));
                byte* copy = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
                text.CopyTo(new Span<byte>(copy, text.Length));
                s_version = copy; // twice by two threads at once: one copy of a few bytes is lost
            }
            return s_version;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static Status Start(byte* text, nuint length, bool isPath, HostOptions* options, long* tunnel)
    {
        if (tunnel is null)
            throw new BorderException(Status.InvalidArgument, "there is no place for the handle: the pointer is NULL");
        *tunnel = 0;
        HostOptions host = options is null ? HostOptions.Default : *options;
        if (host.Size != (nuint)sizeof(HostOptions) || host.Reserved != 0)
            throw new BorderException(Status.InvalidArgument, $"penstock_options: size must be {sizeof(HostOptions)} and reserved 0; is PENSTOCK_OPTIONS_DEFAULT missing?");
        Guard.OnOwnThread(() =>
        {
            ConfigurationResult configuration = ConfigurationText.Read(text, length, isPath);
            *tunnel = TunnelTable.Add(EmbeddedTunnel.Start(configuration, host));
        });
        return Status.Ok;
    }

    private static nint Text(Func<string> text, byte* buffer, nuint size)
    {
        long length = 0;
        int status = Guard.Call(() =>
        {
            length = NativeText.Write(text(), buffer, size);
            return Status.Ok;
        });
        return status == 0 ? (nint)length : status;
    }

    private static void Put(ulong* place, ulong value)
    {
        if (place is not null)
            *place = value;
    }

    private static void RefuseCallbacks()
    {
        if (Callbacks.IsInside)
            throw new BorderException(Status.FromCallback, "a callback of a tunnel cannot wait for the end of one: let another thread do it");
    }
}
