using System;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;

namespace Penstock.Cli.Tests.HyperAmp;

/// <summary>Services of a user's own, which <c>amp serve --assembly</c> finds in the assembly of these tests.</summary>
[ZoneService(1000)]
[ZoneService(66)]
public sealed class OwnServices : IZoneService
{
    /// <inheritdoc/>
    public ServiceResult Run(Span<byte> payload)
    {
        payload[..^1].Reverse();
        return ServiceResult.Success;
    }
}
