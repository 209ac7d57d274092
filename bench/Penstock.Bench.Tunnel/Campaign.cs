using System;
using System.Collections.Generic;
using System.Linq;

namespace Penstock.Bench.Tunnel;

/// <summary>Runs the loads round by round, the contenders in turn within each round: A B A B.</summary>
internal sealed class Campaign(Options options, IReadOnlyList<Contender> contenders, Tools tools, Congestion congestion)
{
    private const int WarmUpSeconds = 1;

    private readonly Results results = new();

    public Results Run(IReadOnlyList<ILoad> loads)
    {
        foreach (var group in loads.GroupBy(load => load.Rig))
        {
            if (group.Key.Fresh)
                RunFresh([.. group]);
            else
                RunShared(group.Key, [.. group]);
        }

        return results;
    }

    /// <summary>One running tunnel a contender serves all rounds; the others idle meanwhile.</summary>
    private void RunShared(RigKind kind, List<ILoad> loads)
    {
        var rigs = new List<Rig>();
        try
        {
            foreach (Contender contender in contenders)
                rigs.Add(new Rig(contender, kind, tools, congestion));
            foreach (ILoad load in loads)
            {
                foreach (Rig rig in rigs)
                    load.Run(rig, WarmUpSeconds);
            }

            for (int round = 1; round <= options.Rounds; round++)
            {
                foreach (ILoad load in loads)
                {
                    for (int i = 0; i < rigs.Count; i++)
                        Keep(round, load, contenders[i], load.Run(rigs[i], options.Seconds));
                }
            }
        }
        finally
        {
            foreach (Rig rig in rigs)
                rig.Dispose();
        }
    }

    private void RunFresh(List<ILoad> loads)
    {
        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach (ILoad load in loads)
            {
                foreach (Contender contender in contenders)
                {
                    using var rig = new Rig(contender, load.Rig, tools, congestion);
                    Keep(round, load, contender, load.Run(rig, options.Seconds));
                }
            }
        }
    }

    private void Keep(int round, ILoad load, Contender contender, Sample sample)
    {
        results.Add(load, contender.Role, sample);
        string figures = string.Join("  ", sample.Figures.Select(figure => FormattableString.Invariant($"{figure.Key} {figure.Value:0.###}")));
        Console.Error.WriteLine($"{round}/{options.Rounds} {load.Title}: {contender.Command.Name}: {figures}");
    }
}
