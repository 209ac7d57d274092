namespace Penstock.Wire.Icmp;

/// <summary>ICMP message types (RFC 792).</summary>
public enum IcmpType : byte
{
    /// <summary>The answer to an echo request.</summary>
    EchoReply = 0,

    /// <summary>The packet did not reach its destination.</summary>
    DestinationUnreachable = 3,

    /// <summary>Slow down; deprecated by RFC 6633.</summary>
    SourceQuench = 4,

    /// <summary>Use another gateway.</summary>
    Redirect = 5,

    /// <summary>Send me these bytes back.</summary>
    EchoRequest = 8,

    /// <summary>The time to live, or the time for reassembly, ran out.</summary>
    TimeExceeded = 11,

    /// <summary>The header makes no sense.</summary>
    ParameterProblem = 12,
}
