namespace Penstock.Wire.Tcp;

/// <summary>Option kinds (IANA) that this stack reads and writes.</summary>
internal enum TcpOptionKind : byte
{
    End = 0,
    NoOperation = 1,
    Mss = 2,
    WindowScale = 3,
    SackPermitted = 4,
    Sack = 5,
    Timestamps = 8,
}
