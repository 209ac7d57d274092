using System;

namespace Penstock.HyperAmp.Service;

/// <summary>What a service has done so far.</summary>
/// <param name="Processed">Messages completed.</param>
/// <param name="Failed">Of those, failed by their handler or by an exception.</param>
/// <param name="Unknown">Of those, of an id that no service has.</param>
/// <param name="Rejected">Of those, refused because they lie outside the payload area.</param>
/// <param name="Chains">Chains taken.</param>
/// <param name="LongestChain">Messages of the longest.</param>
/// <param name="Inline">Messages that the collector ran itself.</param>
/// <param name="StuckHandlers">Handlers that did not return in time.</param>
/// <param name="Uptime">Since the start.</param>
public readonly record struct ServiceStatistics(
    long Processed, long Failed, long Unknown, long Rejected, long Chains, long LongestChain, long Inline,
    long StuckHandlers, TimeSpan Uptime);
