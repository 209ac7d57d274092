using System;

namespace Penstock.Stack.Ip;

/// <summary>What the IP layer has done, since it was made.</summary>
/// <remarks>Plain numbers with one writer, the stack's thread; another thread that reads them sees them a little late.</remarks>
public sealed class IpCounters
{
    private readonly long[] _drops = new long[Enum.GetValues<IpDrop>().Length];

    /// <summary>Packets given to Input.</summary>
    public long PacketsIn { get; internal set; }

    /// <summary>Fragments among them.</summary>
    public long FragmentsIn { get; internal set; }

    /// <summary>Datagrams put together from fragments.</summary>
    public long Reassembled { get; internal set; }

    /// <summary>Datagrams delivered to the UDP host.</summary>
    public long DatagramsIn { get; internal set; }

    /// <summary>Datagrams written, whole or in fragments.</summary>
    public long DatagramsOut { get; internal set; }

    /// <summary>Fragments written.</summary>
    public long FragmentsOut { get; internal set; }

    /// <summary>Echo requests answered.</summary>
    public long EchoReplies { get; internal set; }

    /// <summary>Errors of routers that a packet of a known flow or session was too big, whether or not the flow believed them.</summary>
    public long PacketsTooBig { get; internal set; }

    /// <summary>ICMP errors sent.</summary>
    public long IcmpErrorsOut { get; internal set; }

    /// <summary>Packets dropped for a reason.</summary>
    public long this[IpDrop reason] => _drops[(int)reason];

    internal void Count(IpDrop reason) => _drops[(int)reason]++;
}
