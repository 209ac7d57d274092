using System.Collections.Generic;
using Penstock.Fuzz.Targets;

namespace Penstock.Fuzz;

/// <summary>All targets.</summary>
public static class FuzzTargets
{
    /// <summary>All targets, the parsers first.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } = [new IpTarget(), new DnsTarget(), new SocksTarget(), new ResolverTarget(), new VirtioTarget(), new StackTarget()];
}
