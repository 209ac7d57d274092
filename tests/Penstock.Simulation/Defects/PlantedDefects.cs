using System;
using System.Collections.Generic;

namespace Penstock.Simulation.Defects;

/// <summary>The defects that prove the simulator's teeth: each must be found within a thousand seeds.</summary>
public static class PlantedDefects
{
    private static readonly Dictionary<string, Func<Defect>> Makers = Table(
        () => new SackIgnored(), () => new SackNotSent(), () => new SequenceWrapOffByOne(),
        () => new AcknowledgmentWrapOffByOne(), () => new AcknowledgesMoreThanKept(),
        () => new RetransmitsFromWrongOffset(), () => new RtoNeverBacksOff(), () => new FinLost(),
        () => new FinNotAcknowledged(), () => new TimestampEchoStale(), () => new PeerWindowIgnored(),
        () => new MssIgnored(), () => new ResetTakenBlindly(), () => new WindowShrinks(), () => new AgreesToEverything(),
        () => new KeepAliveUnanswered(), () => new ChecksumsUnchecked(), () => new TimersNeverFire(),
        () => new WakeUpLost(), () => new TextLost(), () => new TextRepeated(), () => new FinUntold(),
        () => new WindowNotReopened(), () => new LeaseLeaked(), () => new LeaseReleasedEarly());

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Makers.Keys;

    /// <summary>A fresh one: a defect remembers what it has seen of its world.</summary>
    public static Defect Plant(string name) => Makers[name]();

    private static Dictionary<string, Func<Defect>> Table(params Func<Defect>[] makers)
    {
        Dictionary<string, Func<Defect>> table = [];
        foreach (Func<Defect> maker in makers)
            table[maker().Name] = maker;
        return table;
    }
}
