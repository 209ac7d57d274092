using Penstock.Tunnel.Bypass;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.MappedDns;
using Penstock.Tunnel.Proxies;

namespace Penstock.Tunnel;

/// <summary>What the configuration in force comes to: an immutable snapshot, exchanged as a whole by a reload.</summary>
/// <remarks>A flow looks at it when it begins, and keeps what it then got: a reload does not touch open flows.</remarks>
/// <param name="Options">The configuration.</param>
/// <param name="Proxies">Where flows go.</param>
/// <param name="Bypass">What goes direct; null for nothing.</param>
/// <param name="Names">Answers DNS and knows what mapped addresses stand for; null when the feature is off.</param>
internal sealed record TunnelPlan(TunnelOptions Options, ProxySet Proxies, BypassRules? Bypass, MappedDnsResolver? Names);
