using System;
using System.Buffers.Binary;

namespace Penstock.HyperAmp.Services;

/// <summary>The payload of a modern service: how many bytes count, the bytes, and room for a longer answer.</summary>
/// <remarks>
/// <code>
///   0        4                4 + length              end of the message
///   | length | input or answer | room                 |
/// </code>
/// Legacy messages have no field for the length of an answer, so the frame carries it. The length is little-endian.
/// </remarks>
public static class ModernFrame
{
    /// <summary>Bytes before the input.</summary>
    public const int HeaderSize = 4;

    /// <summary>Message bytes needed for an input and an answer of these lengths.</summary>
    public static int SizeFor(int input, int answer) => checked(HeaderSize + Math.Max(input, answer));

    /// <summary>Writes an input into a message.</summary>
    /// <returns>False when it does not fit.</returns>
    public static bool TryWrite(Span<byte> message, ReadOnlySpan<byte> content)
    {
        if (message.Length < HeaderSize || content.Length > message.Length - HeaderSize)
            return false;
        content.CopyTo(message[HeaderSize..]);
        BinaryPrimitives.WriteInt32LittleEndian(message, content.Length);
        return true;
    }

    /// <summary>Finds the input or answer in a message; its length is read once.</summary>
    /// <returns>False when the length points outside the message.</returns>
    public static bool TryRead(Span<byte> message, out Span<byte> content)
    {
        content = default;
        if (message.Length < HeaderSize)
            return false;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(message);
        if (length > (uint)(message.Length - HeaderSize))
            return false;
        content = message.Slice(HeaderSize, (int)length);
        return true;
    }
}
