using System;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;

namespace Penstock.Cli.HyperAmp;

/// <summary>Everything a registry knows as one set, so that what wraps a set can wrap it.</summary>
internal sealed class RegistrySet(ServiceRegistry registry) : ServiceSet
{
    public override string Name => "all";

    public override bool Knows(ushort service) => true;

    public override ServiceResult Run(ushort service, Span<byte> payload) => registry.Run(service, payload);
}
