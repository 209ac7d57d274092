namespace Penstock.Wire.Ip;

/// <summary>What tells one flow from another: the two ends as the packets from the app name them.</summary>
/// <param name="Source">The app's end.</param>
/// <param name="Destination">The end that the app wants to reach.</param>
public readonly record struct FlowKey(InetEndpoint Source, InetEndpoint Destination)
{
    /// <summary>The app's end, an arrow, and the destination.</summary>
    public override string ToString() => $"{Source} -> {Destination}";
}
