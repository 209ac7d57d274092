using System;
using System.Collections.Generic;
using Penstock.Stack;
using Penstock.Stack.Tcp;

namespace Penstock.Simulation.Plans;

/// <summary>Makes a plan out of a seed: mostly ordinary, always with something that is not.</summary>
public static class Planner
{
    private const int Second = 1_000_000;

    /// <summary>The plan of a seed.</summary>
    public static SimulationPlan FromSeed(ulong seed)
    {
        Dice dice = new(seed * 0x9E3779B97F4A7C15 + 1);
        bool harsh = dice.Chance(0.3);
        LinkPlan up = Link(dice.Fork(), harsh);
        LinkPlan down = Link(dice.Fork(), harsh);
        bool offload = dice.Chance(0.5);
        int mtu = dice.Pick(576, 1280, 1500, 1500, 1500, 8500, 65535);
        TcpOptions options = Options(dice.Fork());
        List<FlowPlan> flows = [];
        int count = dice.Pick(1, 1, 1, 2, 3);
        for (int i = 0; i < count; i++)
            flows.Add(Flow(dice.Fork(), mtu, offload, up, down));
        return new SimulationPlan
        {
            Seed = seed,
            StartTime = dice.Pick(1L, (1L << 32) * 1000 - 3 * Second, dice.Magnitude(1, int.MaxValue) * 100L),
            SequenceWrapAfter = dice.Chance(0.3) ? dice.Magnitude(1, 100_000) : 0,
            Options = options,
            Offload = new DeviceOffload(mtu, Checksum: offload || dice.Chance(0.3), offload, offload, false),
            Budget = dice.Chance(0.2) ? 2 << 20 : 64 << 20,
            BatchTime = dice.Chance(0.5) ? 0 : dice.Magnitude(10, 2000),
            DeviceFull = dice.Chance(0.1) ? 0.02 : 0,
            Up = up,
            Down = down,
            Flows = flows,
            TakesBig = offload && dice.Chance(0.5),
        };
    }

    private static LinkPlan Link(Dice dice, bool harsh)
    {
        int delay = dice.Magnitude(10, harsh ? 100_000 : 10_000);
        return new LinkPlan
        {
            Delay = delay,
            Jitter = dice.Magnitude(1, delay * 2),
            Reorder = dice.Chance(0.5) ? dice.Pick(0.01, 0.1, 0.3) : 0,
            Loss = dice.Chance(0.6) ? dice.Pick(0.002, 0.01, harsh ? 0.1 : 0.03) : 0,
            LossBurst = dice.Chance(0.3) ? 0.5 : 0,
            Duplication = dice.Chance(0.3) ? dice.Pick(0.01, 0.1) : 0,
            Corruption = dice.Chance(0.3) ? dice.Pick(0.005, 0.02) : 0,
            Serialization = dice.Chance(0.2) ? dice.Magnitude(8, 800) : 0,
            QueueLimit = dice.Between(5, 100),
            BlackoutAt = dice.Chance(0.15) ? dice.Magnitude(1000, Second) : 0,
            BlackoutLength = dice.Magnitude(Second, 20 * Second),
        };
    }

    private static TcpOptions Options(Dice dice) => new()
    {
        Congestion = dice.Pick(CongestionAlgorithm.Cubic, CongestionAlgorithm.NewReno),
        InitialReceiveWindow = dice.Pick(8 * 1024, 64 * 1024, 256 * 1024),
        MaxReceiveWindow = dice.Pick(256 * 1024, 4 * 1024 * 1024),
        InitialSendBuffer = dice.Pick(16 * 1024, 256 * 1024),
        MaxSendBuffer = dice.Pick(256 * 1024, 4 * 1024 * 1024),
        Timestamps = !dice.Chance(0.2),
        WindowScaling = !dice.Chance(0.2),
        Sack = !dice.Chance(0.15),
        Ecn = dice.Chance(0.5),
        AckDelay = dice.Pick(0, 0, 10_000, 40_000),
        KeepAliveAfter = 30L * Second,
        KeepAliveInterval = 5L * Second,
        KeepAliveProbes = 9,
    };

    private static FlowPlan Flow(Dice dice, int mtu, bool offload, LinkPlan up, LinkPlan down)
    {
        bool isV6 = mtu >= 1280 && dice.Chance(0.3);
        int mss = mtu - (isV6 ? 60 : 40);
        if (dice.Chance(0.2))
            mss = dice.Pick(88, 128, 536, 1000);
        bool announces = !dice.Chance(0.05);
        int effective = announces ? mss : 536;
        // Slow links and small segments get less to carry: a world is to take milliseconds.
        int slowest = Math.Max(up.Serialization, down.Serialization);
        int most = Math.Min(effective * 600, slowest > 0 ? 40_000_000 / slowest : 1 << 20);
        if (Math.Max(up.Loss, down.Loss) >= 0.1 || Math.Max(up.Delay, down.Delay) > 30_000)
            most = Math.Min(most, effective * 100);
        FlowEnding ending = dice.Below(20) switch
        {
            0 => FlowEnding.AppAborts,
            1 => FlowEnding.UplinkAborts,
            2 => FlowEnding.Refused,
            3 => FlowEnding.Unreachable,
            _ => FlowEnding.Orderly,
        };
        int upload = dice.Chance(0.1) ? 0 : Amount(dice, effective, most);
        int download = dice.Chance(0.1) ? 0 : Amount(dice, effective, most);
        WindowGame game = dice.Chance(0.5) ? WindowGame.None
            : dice.Pick(WindowGame.Slow, WindowGame.ZeroForAWhile, WindowGame.Silly, WindowGame.Shrinking);
        if (game is WindowGame.Silly or WindowGame.Slow)
            download = Math.Min(download, effective * 60);
        int buffer = dice.Chance(0.3) ? dice.Magnitude(effective * 2, effective * 20) : dice.Magnitude(32 * 1024, 1 << 20);
        int scale = dice.Chance(0.2) ? -1 : dice.Between(0, 14);
        while (scale > 0 && buffer >> scale < 8)
            scale--; // a buffer that the scale cannot express would be a window that never opens
        bool drip = dice.Chance(0.2);
        bool answersAtEnd = dice.Chance(0.4);
        return new FlowPlan
        {
            OpensAt = dice.Chance(0.7) ? 0 : dice.Magnitude(1, Second),
            IsV6 = isV6,
            Upload = upload,
            Download = download,
            Ending = ending,
            AbortAfter = dice.Below(Math.Max(1, ending == FlowEnding.AppAborts ? upload : Math.Min(upload, download))),
            Iss = dice.Chance(0.4) ? (uint)-dice.Magnitude(1, 200_000) : (uint)dice.Next(),
            FirstTimestamp = dice.Chance(0.2) ? (uint)-dice.Magnitude(1, 5000) : (uint)dice.Next(),
            Mss = announces ? mss : 0,
            WindowScale = scale,
            Sack = !dice.Chance(0.2),
            DuplicateSack = dice.Chance(0.5),
            Timestamps = !dice.Chance(0.25),
            AckDelay = dice.Pick(0, 0, 40_000, 100_000),
            ReceiveBuffer = buffer,
            Game = game,
            InFlight = dice.Magnitude(effective, 256 * 1024),
            SuperPacket = offload ? dice.Pick(effective, 16 * 1024, 65_000) : effective,
            KeepAlive = ending == FlowEnding.UplinkAborts || dice.Chance(0.2) ? dice.Magnitude(Second / 4, 5 * Second) : 0,
            ClosesEarly = answersAtEnd || dice.Chance(0.5),
            TextOnSyn = dice.Chance(0.05),
            Attack = dice.Chance(0.3) ? dice.Pick(0.02, 0.2) : 0,
            AnswerDelay = dice.Chance(0.5) ? 0 : dice.Magnitude(100, 500_000),
            UplinkChunk = drip ? dice.Magnitude(upload / 50 + 1, upload / 5 + 2) : 1 << 20,
            UplinkPause = dice.Chance(0.5) ? 0 : dice.Magnitude(10, drip ? 100_000 : 1000),
            UplinkStall = dice.Chance(0.1) ? 0.1 : 0,
            SendChunk = dice.Chance(0.2) ? dice.Magnitude(download / 200 + 1, download / 5 + 2) : dice.Magnitude(1000, 65_536),
            SendPause = dice.Chance(0.7) ? 0 : dice.Magnitude(10, 5000),
            AnswersAtEnd = answersAtEnd,
            TextRefused = dice.Chance(0.25) ? dice.Pick(0.01, 0.1, 0.3) : 0,
        };
    }

    /// <summary>Half of the flows carry more than a few segments.</summary>
    private static int Amount(Dice dice, int mss, int most) =>
        dice.Magnitude(dice.Chance(0.5) ? 1 : Math.Min(4 * mss, Math.Max(2, most)), Math.Max(2, most));
}
