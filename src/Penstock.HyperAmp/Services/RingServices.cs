using System;

namespace Penstock.HyperAmp.Services;

/// <summary>Services of the ring's seL4 side: 0 echo, 1 and 2 the ring's mask over every byte.</summary>
/// <remarks>A ring message carries its length in its header, so unlike the queue's services none spares a last byte.</remarks>
public sealed class RingServices : ServiceSet
{
    /// <inheritdoc/>
    public override string Name => "ring";

    /// <inheritdoc/>
    public override bool Knows(ushort service) => service <= 2;

    /// <inheritdoc/>
    public override ServiceResult Run(ushort service, Span<byte> payload)
    {
        if (!Knows(service))
            return ServiceResult.NotExists;
        if (service != 0)
            LegacyXor.ApplyByte(payload, LegacyXor.RingMask);
        return ServiceResult.Success;
    }
}
