using System;

namespace Penstock.HyperAmp.Services;

/// <summary>Services 1, 2 and 66 as the multi-thread generation's service runs them.</summary>
/// <remarks>
/// 1 and 2 mask all but the last byte with one constant; 66 is an echo; any other id fails. An empty message succeeds,
/// because the original's loop over "length minus one" bytes then simply does not run.
/// </remarks>
public sealed class MultiThreadServices : ServiceSet
{
    /// <inheritdoc/>
    public override string Name => "mt";

    /// <inheritdoc/>
    public override bool Knows(ushort service) => service is 1 or 2 or 66;

    /// <inheritdoc/>
    public override ServiceResult Run(ushort service, Span<byte> payload)
    {
        switch (service)
        {
            case 1 or 2:
                LegacyXor.ApplyByte(payload[..Math.Max(0, payload.Length - 1)], LegacyXor.MultiThreadMask);
                return ServiceResult.Success;
            case 66:
                return ServiceResult.Success;
            default:
                return ServiceResult.Fail;
        }
    }
}
