namespace Penstock.Wire.Icmp;

/// <summary>ICMPv6 message types (RFC 4443); those below 128 are errors.</summary>
public enum IcmpV6Type : byte
{
    /// <summary>The packet did not reach its destination.</summary>
    DestinationUnreachable = 1,

    /// <summary>The packet is larger than the next link's MTU.</summary>
    PacketTooBig = 2,

    /// <summary>The hop limit, or the time for reassembly, ran out.</summary>
    TimeExceeded = 3,

    /// <summary>The header makes no sense.</summary>
    ParameterProblem = 4,

    /// <summary>Send me these bytes back.</summary>
    EchoRequest = 128,

    /// <summary>The answer to an echo request.</summary>
    EchoReply = 129,
}
