namespace Penstock.TestPeer.Proxies;

/// <summary>How a proxy behaves.</summary>
internal enum Manner
{
    /// <summary>Answers as it should and is itself every destination: sends back what it receives.</summary>
    Echo,

    /// <summary>As <see cref="Echo"/>, but what is sent to an odd port is never read.</summary>
    DeafForOddPorts,

    /// <summary>Accepts and never says a word.</summary>
    Silent,

    /// <summary>Answers the greeting with bytes that mean nothing, one by one.</summary>
    Garbage,

    /// <summary>Accepts the method, then answers the request with bytes that mean nothing, one by one.</summary>
    GarbageReply,

    /// <summary>Answers as it should, byte by byte, and echoes.</summary>
    Dribble,

    /// <summary>Refuses every request with reply code 5.</summary>
    Refuse,

    /// <summary>Closes as soon as it has accepted.</summary>
    CloseAtAccept,

    /// <summary>Closes after the greeting has arrived.</summary>
    CloseAtGreeting,

    /// <summary>Closes in the middle of its answer to the greeting.</summary>
    CloseInMethod,

    /// <summary>Closes after its answer to the greeting.</summary>
    CloseAfterMethod,

    /// <summary>Closes after the request has arrived.</summary>
    CloseAtRequest,

    /// <summary>Closes in the middle of its reply.</summary>
    CloseInReply,
}
