using System;
using System.Collections.Generic;
using System.Globalization;

namespace Penstock.Bench.Tunnel;

/// <summary>The command line.</summary>
internal sealed record Options
{
    public const string Help = """
        bench tunnel: what the tunnel costs, side by side with a reference relay and, if given, another tunnel.

          --peer PATH      the other tunnel's executable, run as PATH CONFIG
          --tunnel PATH    the tunnel under test: penstock, penstock.dll, or one that is run as PATH CONFIG
          --published      Penstock's NativeAOT executable (artifacts/publish/penstock); default: the build of dotnet build
          --only-peer      measures the peer alone: a check of the bed itself
          --rounds N       rounds of each load (default 5)
          --seconds N      length of a timed load in seconds (default 3)
          --quick          two rounds of one second, without the large session counts
          --suite NAME     tunnel (default), udp, dns or links
          --only a,b,...   these loads only; --list names them
          --mtu N          the stream loads at this MTU only (default 1500 and 8500)
          --shards N       num-workers of the tunnel under test (default 0: one a processor)
          --list           names the loads and ends

        Prints a Markdown table and writes it and every value to artifacts/bench/SUITE.md and SUITE.json.
        Needs root and: iproute2 procps iperf3 wrk nginx-light microsocks gcc; for one row of dns also dante-server dnsmasq-base.
        """;

    public string Suite { get; private set; } = Catalogue.Tunnel;

    public string? Peer { get; private set; }

    public string? Tunnel { get; private set; }

    public bool Published { get; private set; }

    public bool OnlyPeer { get; private set; }

    public int Rounds { get; private set; } = 5;

    public int Seconds { get; private set; } = 3;

    public bool Quick { get; private set; }

    public IReadOnlyList<string> Only { get; private set; } = [];

    public int? Mtu { get; private set; }

    public int Shards { get; private set; }

    public bool List { get; private set; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">One of them is not known or its value is missing.</exception>
    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{name} needs a value");
            int Number() => int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new ArgumentException($"{name} needs a whole number, not '{arguments[i]}'");
            switch (name)
            {
                case "--suite": options.Suite = Value(); break;
                case "--peer": options.Peer = Value(); break;
                case "--tunnel": options.Tunnel = Value(); break;
                case "--published": options.Published = true; break;
                case "--only-peer": options.OnlyPeer = true; break;
                case "--rounds": options.Rounds = Number(); break;
                case "--seconds": options.Seconds = Number(); break;
                case "--quick": (options.Quick, options.Rounds, options.Seconds) = (true, 2, 1); break;
                case "--only": options.Only = Value().Split(','); break;
                case "--mtu": options.Mtu = Number(); break;
                case "--shards": options.Shards = Number(); break;
                case "--list": options.List = true; break;
                default: throw new ArgumentException($"'{name}' is not an option; --help lists them");
            }
        }

        return options.OnlyPeer && options.Peer is null ? throw new ArgumentException("--only-peer needs --peer PATH") : options;
    }
}
