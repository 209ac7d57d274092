using Penstock.Tunnel.MappedDns;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Bypass;

/// <summary>Which destinations of datagrams go direct: the rules' verdicts, kept for a moment. For one shard's thread.</summary>
/// <remarks>
/// The rules are asked once a destination and second, not once a datagram: a name's mapped address costs the lock of
/// mapped DNS. After that moment the address may stand for another name.
/// </remarks>
internal sealed class DirectDestinations
{
    private const int Count = 256;
    private const long Moment = 1_000_000;
    private readonly Verdict[] _verdicts = new Verdict[Count];

    private struct Verdict
    {
        public BypassRules? Rules;
        public InetAddress Address;
        public long Until;
        public bool IsDirect;
    }

    /// <summary>True when datagrams to an address go direct.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="names">What mapped addresses stand for.</param>
    /// <param name="earlier">The same, for those that are not known any more.</param>
    /// <param name="address">The address.</param>
    /// <param name="now">The time, in microseconds.</param>
    public bool Covers(BypassRules rules, MappedDnsResolver? names, MappedDnsResolver? earlier, in InetAddress address, long now)
    {
        ref Verdict verdict = ref _verdicts[(uint)address.GetHashCode() % Count];
        if (!ReferenceEquals(verdict.Rules, rules) || verdict.Address != address || now > verdict.Until)
        {
            verdict.Rules = rules;
            verdict.Address = address;
            verdict.Until = now + Moment;
            verdict.IsDirect = rules.IsMapped(address)
                ? rules.HasDomains && (names?.TryName(address) ?? earlier?.TryName(address)) is { } name && rules.Covers(name)
                : rules.Covers(address);
        }
        return verdict.IsDirect;
    }
}
