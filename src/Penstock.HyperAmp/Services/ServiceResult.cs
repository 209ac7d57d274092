namespace Penstock.HyperAmp.Services;

/// <summary>What a service made of a message: the two result bits of the message's flag word.</summary>
/// <remarks>The values are the wire's: a completed message carries <c>dealt | result &lt;&lt; 1</c>.</remarks>
public enum ServiceResult : byte
{
    /// <summary>Not decided; a completed message that carries it was completed by a peer in two steps, or torn.</summary>
    None = 0,

    /// <summary>The payload holds the answer.</summary>
    Success = 1,

    /// <summary>The service refused the message; the payload may have been touched.</summary>
    Fail = 2,

    /// <summary>No service has this id.</summary>
    NotExists = 3,
}
