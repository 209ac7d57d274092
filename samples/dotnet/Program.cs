// A program with a tunnel inside, from the NuGet package: runs until Ctrl-C or SIGTERM, prints what went through.
//
//   dotnet run -- main.yml
using System.Runtime.InteropServices;
using Penstock.Tunnel;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Hosting;
using Penstock.Tunnel.Logging;
using Penstock.Tunnel.Statistics;

ConfigurationResult configuration = TunnelConfiguration.Load(args is [string path] ? path : "main.yml");
if (configuration.Options is not { } options)
{
    foreach (Diagnostic mistake in configuration.Diagnostics)
        Console.Error.WriteLine(mistake);
    return 1;
}

using var log = new LineLog(DescriptorSink.Open(LogTarget.Stderr), LogLevel.Warn);
int sockets = 0;
using TunnelRuntime tunnel = TunnelRuntime.Start(options, log, new TunnelHost
{
    // Every socket towards the proxy passes here before it connects.
    ProtectSocket = _ => Interlocked.Increment(ref sockets) > 0,
});
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    ThreadPool.QueueUserWorkItem(_ => tunnel.Stop());
}
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
Console.WriteLine("running");

tunnel.Wait();
TunnelStatistics total = tunnel.Snapshot();
Console.WriteLine($"{total.Sum(s => s.Counters.BytesFromTun)} bytes from the device, {total.Sum(s => s.Counters.BytesToTun)} bytes to it, {sockets} sockets");
return tunnel.Failure is null ? 0 : 1;
