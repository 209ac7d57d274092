namespace Penstock.Bench.Tunnel;

/// <summary>From the start of the process to its interface being up, and what it costs to exist.</summary>
internal sealed class StartLoad : ILoad
{
    public string Key => "start";

    public string Title => "start-up";

    public RigKind Rig { get; } = new(8500, ProxyKind.Echo, Fresh: true);

    public Sample Run(Rig rig, int seconds) => new()
    {
        [Figure.StartUp] = rig.StartUp.TotalMilliseconds,
        [Figure.Base] = TestBed.ProcessCost.Of(rig.Tunnel.Pid).ResidentBytes / 1e6,
    };
}
