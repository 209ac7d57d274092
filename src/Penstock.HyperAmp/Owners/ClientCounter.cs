namespace Penstock.HyperAmp.Owners;

/// <summary>Counters that a client keeps in its owner slot.</summary>
public enum ClientCounter
{
    /// <summary>Requests answered.</summary>
    Answered,

    /// <summary>Requests whose deadline passed or that were cancelled.</summary>
    Abandoned,

    /// <summary>Requests that no entry or payload was free for in time.</summary>
    Starved,

    /// <summary>Requests lost with their service.</summary>
    Lost,

    /// <summary>Entries in quarantine that came back.</summary>
    Reclaimed,
}
