namespace Penstock.HyperAmp.Ring;

/// <summary>The status word of a bulk answer. Any positive value is success.</summary>
public static class BulkStatus
{
    /// <summary>Done; offset and length say where the result lies.</summary>
    public const int Success = 1;

    /// <summary>A range outside the window, an unknown service, or a signed header without its magic.</summary>
    public const int Refused = -1;

    /// <summary>The signature has not the shape of one, or (with a key) does not verify.</summary>
    public const int BadSignature = -2;

    /// <summary>The lengths in the signed header contradict the message's.</summary>
    public const int BadLength = -3;

    /// <summary>A field that the validation looks for is missing.</summary>
    public const int MissingField = -10;
}
