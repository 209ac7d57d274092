using System;
using System.IO;
using Penstock.HyperAmp;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Regions;

namespace Penstock.Cli.HyperAmp;

/// <summary>What commands on a configured region share: the environment's part of the configuration, and errors told.</summary>
internal static class ZoneCall
{
    /// <summary>Runs a command on the region; the value is the exit status.</summary>
    public static int On(string command, string configuration, Func<ZoneChannel, int> run)
    {
        try
        {
            using ZoneChannel channel = Open(configuration);
            return run(channel);
        }
        catch (Exception e) when (e is ConfigurationException or RegionException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"penstock shm {command}: {e.Message}");
            return 1;
        }
    }

    /// <summary>Opens the region that a configuration file, with the environment's changes, describes.</summary>
    public static ZoneChannel Open(string configuration) =>
        ZoneChannel.Open(ShmConfigurationReader.Read(configuration, Environment.GetEnvironmentVariable(ShmConfigurationReader.Variable)));
}
