using System.IO;

namespace Penstock.Cli.HyperAmp;

/// <summary>NPUCore's services as <c>show_safe_service</c> lists them.</summary>
internal static class SafeServiceTable
{
    private static readonly (string Description, bool IsFetched)[] _services =
    [
        ("null", false),
        ("echo", false),
        ("reverse the text", true),
        ("Caesar encrypt (+3; protects nothing)", true),
        ("Caesar decrypt (-3)", true),
        ("XOR 0x42 encrypt (protects nothing)", true),
        ("XOR 0x42 decrypt", true),
        ("ROT13 encrypt (protects nothing)", true),
        ("ROT13 decrypt", true),
        ("DJB2 hash", true),
        ("CRC-32", true),
        ("FNV-1a hash", true),
        ("random number (xorshift32)", true),
        ("random number (linear congruential)", true),
        ("random text", true),
        ("random letter", true),
    ];

    /// <summary>True when the answer is to be shown.</summary>
    public static bool IsFetched(int service) => _services[service].IsFetched;

    public static int Show(TextWriter output)
    {
        output.WriteLine($"{"id",-4}{"service",-42}result fetched");
        for (int i = 0; i < _services.Length; i++)
            output.WriteLine($"{i,-4}{_services[i].Description,-42}{(_services[i].IsFetched ? "Yes" : "No")}");
        return 0;
    }
}
