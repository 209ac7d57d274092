using System;
using System.Globalization;
using Penstock.HyperAmp.Configuration;

namespace Penstock.Bench.HyperAmp;

internal static class Program
{
    private const string Usage = """
        eng/ci.sh bench amp [--rounds N] [--seconds S] [--only PARTS | --full] [--peer EXECUTABLE]
          --only PARTS       of one (a client), many (sixteen), workers, long (workers, without a shortcut), ring, table; comma between
          --full             all of them
          --peer EXECUTABLE  instead: the original's threaded commands, by this program and by another that has them
        A bar that is missed makes the exit status 1.
        """;

    private static int Main(string[] arguments)
    {
        switch (arguments.Length == 0 ? "" : arguments[0])
        {
            case "serve":
                return Roles.Serve(arguments[1], Mode(arguments[2]), Number(arguments[3]));
            case "load":
                Console.WriteLine(Roles.Load(
                    arguments[1], Mode(arguments[2]), Number(arguments[3]), Number(arguments[4]),
                    double.Parse(arguments[5], CultureInfo.InvariantCulture), "penstock"));
                return 0;
            case "batch":
                Console.WriteLine(Roles.Batch(
                    arguments[1], (ushort)Number(arguments[2]), Number(arguments[3]), Number(arguments[4]))
                    .ToString(CultureInfo.InvariantCulture));
                return 0;
            case "solo":
                Console.WriteLine(Roles.Solo(
                    arguments[1], Mode(arguments[2]), Number(arguments[3]), Number(arguments[4]),
                    double.Parse(arguments[5], CultureInfo.InvariantCulture)));
                return 0;
            case "scale":
                Console.WriteLine(Roles.Scale().ToString(CultureInfo.InvariantCulture));
                return 0;
            case "ring-many" or "ring-solo":
                Console.WriteLine(RingManyRoles.Load(
                    arguments[1], arguments[2] == "spin", Number(arguments[3]), Number(arguments[4]),
                    double.Parse(arguments[5], CultureInfo.InvariantCulture), serves: arguments[0] == "ring-solo"));
                return 0;
            case "ring-serve":
                return RingRoles.Serve(arguments[1], arguments[2] == "separate", neverSleeps: arguments is not [.., "adaptive"]);
            case "ring-load":
                Console.WriteLine(RingRoles.Load(arguments[1], arguments[2] == "separate", double.Parse(arguments[3], CultureInfo.InvariantCulture)));
                return 0;
            case "ring-bulk" or "ring-bulk-in-place":
                Console.WriteLine(RingRoles.Bulk(
                    arguments[1], arguments[2] == "separate", arguments[0] != "ring-bulk", double.Parse(arguments[3], CultureInfo.InvariantCulture)));
                return 0;
            case "soak":
                return Soak.Run(long.Parse(arguments[1], CultureInfo.InvariantCulture));
            case "soak-kills":
                return new KillSoak(Number(arguments[1])).Run();
            case "hammer":
                return KillSoak.Hammer(arguments[1]);
            case "run":
                return Run(arguments);
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static int Run(string[] arguments)
    {
        if (arguments.Length < 2 || Array.IndexOf(arguments, "--help") >= 0)
        {
            Console.WriteLine(Usage);
            return arguments.Length < 2 ? 2 : 0;
        }
        int rounds = (int)Option(arguments, "--rounds", 5);
        double seconds = Option(arguments, "--seconds", 1);
        if (Text(arguments, "--peer") is { } peer)
            return new PeerCampaign(peer, rounds).Run(Console.Out);
        string[] parts = Text(arguments, "--only")?.Split(',') ?? ["one", "many", "workers", "ring"];
        foreach (string part in parts)
        {
            if (Array.IndexOf(Campaign.Parts, part) < 0)
            {
                Console.Error.WriteLine($"--only {part}: there are {string.Join(", ", Campaign.Parts)}");
                return 2;
            }
        }
        if (Array.IndexOf(arguments, "--full") >= 0)
            parts = Campaign.Parts;
        return new Campaign(arguments[1], rounds, seconds, parts).Run();
    }

    private static string? Text(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private static double Option(string[] arguments, string name, double otherwise) =>
        Array.IndexOf(arguments, name) is var at and >= 0
            ? double.Parse(arguments[at + 1], CultureInfo.InvariantCulture)
            : otherwise;

    private static WaitMode Mode(string text) => Enum.Parse<WaitMode>(text, ignoreCase: true);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
