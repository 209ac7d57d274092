namespace Penstock.HyperAmp.Ring;

/// <summary>The eight bytes before a message's payload.</summary>
/// <remarks><code>
///   0         1      2           4          6             8
///   | version | type | frontend  | backend  | payload_len | payload
/// </code></remarks>
/// <param name="Type">What the message is about.</param>
/// <param name="Frontend">The session's id at the front end, or the id of a service.</param>
/// <param name="Backend">The session's id at the back end, or the number of a call.</param>
/// <param name="PayloadLength">Bytes of payload.</param>
public readonly record struct MessageHeader(MessageType Type, ushort Frontend, ushort Backend, int PayloadLength = 0)
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 8;

    /// <summary>The version that every peer writes.</summary>
    public const byte Version = 1;

    /// <summary>Reads a header from the one word that holds it.</summary>
    /// <returns>False for another version, or a payload longer than a block has room for.</returns>
    public static bool TryParse(ulong word, int maxPayload, out MessageHeader header)
    {
        header = new((MessageType)(byte)(word >> 8), (ushort)(word >> 16), (ushort)(word >> 32), (ushort)(word >> 48));
        return (byte)word == Version && header.PayloadLength <= maxPayload;
    }

    /// <summary>The header as one little-endian word, the way it lies in memory.</summary>
    public ulong ToWord() =>
        Version | (ulong)(byte)Type << 8 | (ulong)Frontend << 16 | (ulong)Backend << 32 | (ulong)(ushort)PayloadLength << 48;
}
