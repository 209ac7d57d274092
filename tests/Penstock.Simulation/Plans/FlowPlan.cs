namespace Penstock.Simulation.Plans;

/// <summary>One flow: the app's end, the uplink's end, and how it is meant to go.</summary>
public sealed record FlowPlan
{
    /// <summary>When the app connects, in microseconds after the start.</summary>
    public int OpensAt { get; init; }

    /// <summary>IPv6 addresses.</summary>
    public bool IsV6 { get; init; }

    /// <summary>Bytes from the app to the uplink.</summary>
    public int Upload { get; init; }

    /// <summary>Bytes from the uplink to the app.</summary>
    public int Download { get; init; }

    /// <summary>How it is meant to end.</summary>
    public FlowEnding Ending { get; init; }

    /// <summary>For an abort: bytes sent (by the app) or taken (by the uplink) before it.</summary>
    public int AbortAfter { get; init; }

    /// <summary>The app's initial sequence number.</summary>
    public uint Iss { get; init; }

    /// <summary>The app's first timestamp, in milliseconds.</summary>
    public uint FirstTimestamp { get; init; }

    /// <summary>MSS announced; 0 announces none.</summary>
    public int Mss { get; init; }

    /// <summary>Window scale announced; -1 announces none.</summary>
    public int WindowScale { get; init; }

    /// <summary>SACK permitted, sent and used.</summary>
    public bool Sack { get; init; }

    /// <summary>Reports duplicates by a first SACK block, RFC 2883.</summary>
    public bool DuplicateSack { get; init; }

    /// <summary>Timestamps.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Every second segment is acknowledged, or one after this many microseconds; 0 acknowledges each.</summary>
    public int AckDelay { get; init; }

    /// <summary>The app's receive buffer.</summary>
    public int ReceiveBuffer { get; init; }

    /// <summary>What the app's end does with its window.</summary>
    public WindowGame Game { get; init; }

    /// <summary>The app's bound on bytes in flight.</summary>
    public int InFlight { get; init; }

    /// <summary>Text of the largest packet that the app hands to the device, when super-packets are on.</summary>
    public int SuperPacket { get; init; }

    /// <summary>Keep-alive probes from the app, with a byte of garbage, after this many microseconds; 0 sends none.</summary>
    public int KeepAlive { get; init; }

    /// <summary>The app sends its FIN as soon as its text is out, not when it has all of the answer.</summary>
    public bool ClosesEarly { get; init; }

    /// <summary>The first text rides on the SYN.</summary>
    public bool TextOnSyn { get; init; }

    /// <summary>Chance of a forged or senseless segment beside each honest one.</summary>
    public double Attack { get; init; }

    /// <summary>The proxy's answer takes this many microseconds.</summary>
    public int AnswerDelay { get; init; }

    /// <summary>Most bytes that the uplink takes at a time.</summary>
    public int UplinkChunk { get; init; }

    /// <summary>Microseconds between two bites of the uplink; 0 takes text at once.</summary>
    public int UplinkPause { get; init; }

    /// <summary>Chance that the uplink stalls after a bite, for two seconds.</summary>
    public double UplinkStall { get; init; }

    /// <summary>Chance that the uplink's host has no memory for a text and refuses it.</summary>
    public double TextRefused { get; init; }

    /// <summary>Most bytes that the uplink hands over at a time.</summary>
    public int SendChunk { get; init; }

    /// <summary>Microseconds between two pieces from the uplink; 0 sends as space allows.</summary>
    public int SendPause { get; init; }

    /// <summary>The uplink answers only after it has all of the question.</summary>
    public bool AnswersAtEnd { get; init; }
}
