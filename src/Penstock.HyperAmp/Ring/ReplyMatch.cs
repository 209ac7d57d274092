namespace Penstock.HyperAmp.Ring;

/// <summary>Which ids of an answer must be those of the call.</summary>
internal enum ReplyMatch
{
    /// <summary>Both.</summary>
    BothIds,

    /// <summary>The front end's; the backend's is what the answer brings.</summary>
    FrontendId,

    /// <summary>None: one call of the type at a time, and peers differ in what they answer.</summary>
    TypeAlone,
}
