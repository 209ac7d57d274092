using System;

namespace Penstock.HyperAmp.Services;

/// <summary>Services as the QoS service runs them: the original's, except that an unknown id fails.</summary>
public sealed class QosServices : ServiceSet
{
    private readonly OriginalServices _original = new();

    /// <inheritdoc/>
    public override string Name => "qos";

    /// <inheritdoc/>
    public override bool Knows(ushort service) => _original.Knows(service);

    /// <inheritdoc/>
    public override ServiceResult Run(ushort service, Span<byte> payload) =>
        Knows(service) ? _original.Run(service, payload) : ServiceResult.Fail;
}
