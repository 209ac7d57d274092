namespace Penstock.HyperAmp.Owners;

/// <summary>What the holder of an owner slot does.</summary>
public enum OwnerKind : uint
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>Sends requests.</summary>
    Client = 1,

    /// <summary>Serves them.</summary>
    Service = 2,
}
