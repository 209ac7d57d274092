using System;
using System.IO;
using System.Linq;

namespace Penstock.Bench.Tunnel;

/// <summary>CUBIC, the kernel's default, in every bed, whatever this machine prefers.</summary>
/// <remarks>
/// An algorithm that paces (BBR) fires a timer for every few segments and charges it to whoever runs at that moment: the
/// figures would tell about a setting of the machine. A namespace may only choose what the machine allows; the list is
/// widened for the run and put back.
/// </remarks>
internal sealed class Congestion : IDisposable
{
    private const string Cubic = "cubic";
    private const string Directory = "/proc/sys/net/ipv4/";
    private const string AllowedFile = Directory + "tcp_allowed_congestion_control";
    private readonly string? before;

    public Congestion()
    {
        if (!Words(Directory + "tcp_available_congestion_control").Contains(Cubic))
        {
            Name = File.ReadAllText(Directory + "tcp_congestion_control").Trim();
            return;
        }

        Name = Cubic;
        if (Words(AllowedFile).Contains(Cubic))
            return;
        before = File.ReadAllText(AllowedFile).Trim();
        File.WriteAllText(AllowedFile, $"{before} {Cubic}");
    }

    /// <summary>What every socket of the beds uses.</summary>
    public string Name { get; }

    public void Dispose()
    {
        if (before is not null)
            File.WriteAllText(AllowedFile, before);
    }

    private static string[] Words(string file) => File.ReadAllText(file).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
