namespace Penstock.TestPeer.Moves;

/// <summary>What the server does with a connection.</summary>
internal enum Verb : byte
{
    /// <summary>Reads as much as the order says, then answers with the SHA-256 of it.</summary>
    Upload = (byte)'U',

    /// <summary>Reads to the end, then answers with the SHA-256 of what arrived: the client's half-close comes first.</summary>
    HalfClose = (byte)'H',

    /// <summary>Sends content and ends; then reads to the end.</summary>
    Download = (byte)'D',

    /// <summary>Sends content while it reads as much as it sends, then the SHA-256 of what arrived.</summary>
    Both = (byte)'B',

    /// <summary>Sends content and ends first, reads to the end, and keeps as a result what arrived after its own end.</summary>
    EndFirst = (byte)'F',

    /// <summary>Reads as much as the order says, then resets the connection.</summary>
    Reset = (byte)'R',

    /// <summary>Answers with one byte, reads to the end, and keeps as a result what arrived and how it ended.</summary>
    Watch = (byte)'W',

    /// <summary>Answers with the result kept under the seed, as soon as there is one.</summary>
    Result = (byte)'Q',

    /// <summary>Sends back what it receives.</summary>
    Echo = (byte)'E',
}
