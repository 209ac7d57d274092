using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using Penstock.Native.Border;
using Penstock.Tunnel.Logging;

namespace Penstock.Native.DropIn;

/// <summary>What c/drop_in.c calls; the functions of hev-socks5-tunnel.h are there.</summary>
internal static unsafe class DropInExports
{
    private const int Failed = -1;

    private static DropInRun? s_run;

    /// <summary>One run, on a thread that was made for it.</summary>
    [UnmanagedCallersOnly(EntryPoint = "penstock_drop_in_run")]
    private static int Run(byte* text, nuint length, int isPath, int tunDescriptor, int quitDescriptor)
    {
        int result = RunOnce(text, length, isPath != 0, tunDescriptor, quitDescriptor);
        Guard.GiveMemoryBack();
        return result;
    }

    // A frame of its own: when it is gone, nothing refers to what the run has made.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunOnce(byte* text, nuint length, bool isPath, int tunDescriptor, int quitDescriptor)
    {
        try
        {
            var run = new DropInRun(tunDescriptor, quitDescriptor);
            Volatile.Write(ref s_run, run);
            return run.Run(ConfigurationText.Read(text, length, isPath)) ? 0 : Failed;
        }
        catch (Exception problem)
        {
            Tell(problem.Message);
            return Failed;
        }
        finally
        {
            Volatile.Write(ref s_run, null);
        }
    }

    /// <summary>Packets and bytes from the TUN, then to it; zeros are the caller's.</summary>
    [UnmanagedCallersOnly(EntryPoint = "penstock_drop_in_stats")]
    private static void Statistics(ulong* four)
    {
        try
        {
            Volatile.Read(ref s_run)?.Traffic?.CopyTo(new Span<ulong>(four, Traffic.Numbers));
        }
        catch (Exception)
        {
            // Zeros.
        }
    }

    /// <summary>To standard error: there is no log yet.</summary>
    internal static void Tell(string text)
    {
        try
        {
            using DescriptorSink sink = DescriptorSink.FromDescriptor(2);
            sink.Write(Encoding.UTF8.GetBytes($"penstock: {text}\n"));
        }
        catch (Exception)
        {
            // Nobody is left to tell.
        }
    }
}
