using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>A tunnel that takes part.</summary>
/// <param name="Role">"tunnel" for the one under test, "peer" for the one it is compared with.</param>
/// <param name="Command">How it is started.</param>
/// <param name="Shards">Its `num-workers`.</param>
internal sealed record Contender(string Role, TunnelCommand Command, int Shards)
{
    public const string UnderTest = "tunnel";

    public const string Peer = "peer";
}
