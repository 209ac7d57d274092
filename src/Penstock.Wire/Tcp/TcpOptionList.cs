namespace Penstock.Wire.Tcp;

/// <summary>The options that a segment carries, those that this stack knows.</summary>
public struct TcpOptionList
{
    /// <summary>Maximum segment size, RFC 9293 (3.7.1); 0 when absent. Only in a SYN.</summary>
    public ushort Mss { get; set; }

    /// <summary>Window scale shift as sent, 0 to 255, RFC 7323 (2); -1 when absent. Only in a SYN.</summary>
    public int WindowScale { get; set; }

    /// <summary>SACK permitted, RFC 2018 (2). Only in a SYN.</summary>
    public bool SackPermitted { get; set; }

    /// <summary>Timestamps are present, RFC 7323 (3).</summary>
    public bool HasTimestamps { get; set; }

    /// <summary>TSval.</summary>
    public uint TsVal { get; set; }

    /// <summary>TSecr; meaningful with ACK only.</summary>
    public uint TsEcr { get; set; }

    /// <summary>SACK blocks, RFC 2018 (3).</summary>
    public SackBlocks Sack;

    /// <summary>No option at all.</summary>
    public static TcpOptionList None => new() { WindowScale = -1 };
}
