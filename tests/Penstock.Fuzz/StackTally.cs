namespace Penstock.Fuzz;

/// <summary>What became of the packets of some lives of a stack.</summary>
public sealed class StackTally
{
    /// <summary>Packets given to the stack.</summary>
    public long Inputs { get; set; }

    /// <summary>Of them: packets that a connection took up, to act on or to refuse by its state.</summary>
    public long Reached { get; set; }

    /// <summary>Packets that the stack wrote.</summary>
    public long Outputs { get; set; }

    /// <summary>Handshakes completed.</summary>
    public long Established { get; set; }

    /// <summary>Adds another's numbers.</summary>
    public void Add(StackTally other)
    {
        Inputs += other.Inputs;
        Reached += other.Reached;
        Outputs += other.Outputs;
        Established += other.Established;
    }
}
