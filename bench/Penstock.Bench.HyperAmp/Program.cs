using System;
using System.Globalization;
using Penstock.HyperAmp.Configuration;

namespace Penstock.Bench.HyperAmp;

internal static class Program
{
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
            case "ring-serve":
                return RingRoles.Serve(arguments[1], arguments[2] == "separate");
            case "ring-load":
                Console.WriteLine(RingRoles.Load(arguments[1], arguments[2] == "separate", double.Parse(arguments[3], CultureInfo.InvariantCulture)));
                return 0;
            case "ring-bulk" or "ring-bulk-in-place":
                Console.WriteLine(RingRoles.Bulk(
                    arguments[1], arguments[2] == "separate", arguments[0] != "ring-bulk", double.Parse(arguments[3], CultureInfo.InvariantCulture)));
                return 0;
            case "soak":
                return Soak.Run(long.Parse(arguments[1], CultureInfo.InvariantCulture));
            case "run":
                return new Campaign(
                    arguments[1], (int)Option(arguments, "--rounds", 5), Option(arguments, "--seconds", 1),
                    Array.IndexOf(arguments, "--full") >= 0).Run();
            default:
                Console.Error.WriteLine("run REFERENCE [--rounds N] [--seconds S] [--full]");
                return 2;
        }
    }

    private static double Option(string[] arguments, string name, double otherwise) =>
        Array.IndexOf(arguments, name) is var at and >= 0
            ? double.Parse(arguments[at + 1], CultureInfo.InvariantCulture)
            : otherwise;

    private static WaitMode Mode(string text) => Enum.Parse<WaitMode>(text, ignoreCase: true);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
