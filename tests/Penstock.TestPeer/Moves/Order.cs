using System;
using System.Buffers.Binary;

namespace Penstock.TestPeer.Moves;

/// <summary>What a client asks of the server, as the first bytes of its stream.</summary>
/// <remarks>
/// <code>
/// 0      1        8            16         24
/// | verb | unused | length, BE | seed, BE |
/// </code>
/// </remarks>
/// <param name="Verb">What to do.</param>
/// <param name="Length">How many bytes of content, where the verb has some.</param>
/// <param name="Seed">From which the content is made; also the name of a result.</param>
internal readonly record struct Order(Verb Verb, long Length, long Seed)
{
    public const int Size = 24;

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        bytes[0] = (byte)Verb;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), Length);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), Seed);
        return bytes;
    }

    public static Order From(ReadOnlySpan<byte> bytes) => new(
        (Verb)bytes[0],
        BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[16..]));
}
