using System;

namespace Penstock.HyperAmp.Services;

/// <summary>Services 1, 2 and 66 as the original's single-threaded programs run them.</summary>
/// <remarks>
/// 1 encrypt and 2 decrypt mask all but the last byte, which is the terminator that clients add; every other id is an
/// echo that succeeds. A message without text fails where there is something to mask.
/// </remarks>
public sealed class OriginalServices : ServiceSet
{
    /// <inheritdoc/>
    public override string Name => "original";

    /// <inheritdoc/>
    public override bool Knows(ushort service) => service is 1 or 2 or 66;

    /// <inheritdoc/>
    public override ServiceResult Run(ushort service, Span<byte> payload)
    {
        if (payload.IsEmpty)
            return ServiceResult.Fail;
        if (service is not (1 or 2))
            return ServiceResult.Success;
        if (payload.Length == 1)
            return ServiceResult.Fail;
        LegacyXor.ApplyTable(payload[..^1]);
        return ServiceResult.Success;
    }
}
