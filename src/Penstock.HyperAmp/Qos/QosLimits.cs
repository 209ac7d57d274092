using System;

namespace Penstock.HyperAmp.Qos;

/// <summary>How much may be under way at once, and what of it is kept for whom.</summary>
/// <remarks>
/// Half of a class's quota is its own whatever the others do; the rest is shared by all, so that idle classes' room is
/// not lost. The quotas are the original's: 20, 50, 20 and 10 % of the bytes, 25, 40, 25 and 10 % of the messages.
/// </remarks>
public sealed record QosLimits
{
    internal const int Classes = 4;

    private static readonly int[] _bytePercents = [20, 50, 20, 10];
    private static readonly int[] _slotPercents = [25, 40, 25, 10];

    /// <summary>Payload bytes under way.</summary>
    public int Bytes { get; init; } = 1 << 20;

    /// <summary>Messages under way; at least 16.</summary>
    public int Slots { get; init; } = 64;

    /// <summary>Weights of the classes in the original's proportions, real time first.</summary>
    public int[] Weights { get; init; } = [4, 2, 2, 1];

    internal int ReservedBytes(QosClass qosClass) => (int)((long)Bytes * _bytePercents[(int)qosClass] / 200);

    internal int ReservedSlots(QosClass qosClass) => Math.Max(1, Slots * _slotPercents[(int)qosClass] / 200);
}
