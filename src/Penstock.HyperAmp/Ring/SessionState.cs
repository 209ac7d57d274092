namespace Penstock.HyperAmp.Ring;

/// <summary>How far a session is, in its payload's second byte.</summary>
public enum SessionState : byte
{
    /// <summary>Not told.</summary>
    None = 0,

    /// <summary>Asked for.</summary>
    SynSent = 1,

    /// <summary>The backend has given it an id.</summary>
    Established = 2,

    /// <summary>One end has finished.</summary>
    FinWait = 3,

    /// <summary>Over.</summary>
    Closed = 4,
}
