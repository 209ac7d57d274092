namespace Penstock.HyperAmp.Services;

/// <summary>What a look at a signed message found; the values are the ring's bulk status codes.</summary>
public enum SignedShape
{
    /// <summary>Well formed, or verified, depending on who answered.</summary>
    Ok = 0,

    /// <summary>The first word is not the header's.</summary>
    BadMagic = -1,

    /// <summary>The signature has a length or shape that none has, or does not verify.</summary>
    BadSignature = -2,

    /// <summary>The lengths contradict the message's.</summary>
    BadLength = -3,
}
