using System;
using System.CommandLine;
using System.IO;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Regions;

namespace Penstock.Cli.HyperAmp;

/// <summary>What <c>amp</c> commands are given: a configuration file, or the name of a local region.</summary>
internal static class ZoneTarget
{
    public static Argument<string> Argument() => new("REGION") { Description = "A shm_config.json, or the name of a local region" };

    /// <summary>Reads the configuration that the argument means.</summary>
    public static ShmConfiguration Read(string region) => region.Contains('/') || region.EndsWith(".json", StringComparison.Ordinal) || File.Exists(region)
        ? ShmConfigurationReader.Read(region)
        : ShmConfiguration.Local("penstock-" + region);

    /// <summary>Runs a command on the region; the value is the exit status.</summary>
    public static int On(string command, string region, bool create, Func<ZoneChannel, int> run)
    {
        try
        {
            ShmConfiguration configuration = Read(region);
            if (!create && configuration.Backend is RegionBackend.File or RegionBackend.Shm && !File.Exists(ZoneRegion.FileOf(configuration)))
                throw new RegionException($"there is no region {region}: {ZoneRegion.FileOf(configuration)} does not exist; amp serve or amp init makes it");
            using ZoneChannel channel = ZoneChannel.Open(configuration);
            return run(channel);
        }
        catch (Exception e) when (e is ConfigurationException or RegionException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"penstock amp {command}: {e.Message}");
            return 1;
        }
    }
}
