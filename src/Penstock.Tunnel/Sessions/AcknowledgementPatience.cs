namespace Penstock.Tunnel.Sessions;

/// <summary>
/// How long a little text of an uplink waits for the app's next text to carry its acknowledgement, learned from what the
/// acknowledgements that were sent alone were good for.
/// </summary>
/// <remarks>
/// A proxy that leaves Nagle's algorithm on holds its next small write until the last one is acknowledged, and then every
/// moment counts. Most do not, and the app's next text comes late only because the machine is busy: then each such
/// acknowledgement is a packet and a call too many, at the worst time. For one thread.
/// </remarks>
internal sealed class AcknowledgementPatience
{
    /// <summary>Microseconds at first, and again as soon as a proxy was found waiting.</summary>
    public const long Least = 300;

    /// <summary>Microseconds at most: far below the 40 ms of the kernel's own delay.</summary>
    public const long Most = Least << MostDoublings;

    /// <summary>A proxy that was waiting and is near goes on within so many microseconds.</summary>
    public const long AnswersWithin = 2_000;

    /// <summary>One that was waiting would go on before this, whatever the way to it: the kernel's own delay has passed.</summary>
    private const long ProvesNothingUntil = 40_000;
    private const int MostDoublings = 4;
    private const int InARow = 16; // that nobody waited for, before it doubles

    private int _unneeded;

    /// <summary>The patience of now.</summary>
    public long Microseconds => Least << (_unneeded / InARow);

    /// <summary>What came after an acknowledgement alone tells whether the proxy was waiting for it.</summary>
    /// <param name="after">Microseconds to the uplink's next text; -1 when the app's came first.</param>
    /// <returns>True when it was.</returns>
    public bool Learn(long after)
    {
        bool waited = after is >= 0 and < AnswersWithin;
        if (waited)
            _unneeded = 0;
        else if (after is < 0 or >= ProvesNothingUntil && _unneeded < MostDoublings * InARow)
            _unneeded++;
        return waited;
    }
}
