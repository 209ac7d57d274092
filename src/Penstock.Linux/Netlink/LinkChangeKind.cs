namespace Penstock.Linux.Netlink;

/// <summary>What happened to an interface.</summary>
public enum LinkChangeKind
{
    /// <summary>It was made, set up or down, renamed, or otherwise changed.</summary>
    Changed,

    /// <summary>It was deleted, or moved to another namespace.</summary>
    Deleted,

    /// <summary>More happened than the kernel could keep: ask how things are.</summary>
    Missed,
}
