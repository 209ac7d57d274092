namespace Penstock.Bench.Tunnel;

/// <summary>Something that is measured.</summary>
internal interface ILoad
{
    /// <summary>The name that `--only` knows.</summary>
    string Key { get; }

    /// <summary>What it is, for the table.</summary>
    string Title { get; }

    /// <summary>What it needs around it.</summary>
    RigKind Rig { get; }

    /// <summary>Runs it once.</summary>
    Sample Run(Rig rig, int seconds);
}
