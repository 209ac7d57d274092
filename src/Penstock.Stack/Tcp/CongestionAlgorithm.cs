namespace Penstock.Stack.Tcp;

/// <summary>Which congestion control a stack uses.</summary>
public enum CongestionAlgorithm : byte
{
    /// <summary>CUBIC, RFC 9438.</summary>
    Cubic,

    /// <summary>NewReno's window rules, RFC 5681 and RFC 6582.</summary>
    NewReno,
}
