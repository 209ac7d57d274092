using System;
using System.Buffers.Text;

namespace Penstock.HyperAmp.Services;

/// <summary>NPUCore's services 1 to 15, on a text that ends at its first NUL.</summary>
/// <remarks>
/// The text is what stands before the first NUL within the message; the answer replaces it, cut so that it and its NUL
/// fit in the message. Bytes from 0x80 up count as unsigned, as on ARM where the original runs (on x86 its plain char
/// is signed, which changes 9 to 11). Id 0 and ids above 15 do not exist. The generators (12 to 15) continue from call
/// to call; calls from several threads each take the next value, never the same one.
/// </remarks>
public sealed class NpuCoreServices : ServiceSet
{
    private readonly NpuCoreGenerators _generators = new();

    /// <inheritdoc/>
    public override string Name => "npucore";

    /// <inheritdoc/>
    public override bool Knows(ushort service) => service is >= 1 and <= 15;

    /// <inheritdoc/>
    public override ServiceResult Run(ushort service, Span<byte> payload)
    {
        if (!Knows(service))
            return ServiceResult.NotExists;
        if (payload.IsEmpty)
            return ServiceResult.Fail;
        int end = payload.IndexOf((byte)0);
        Span<byte> text = end < 0 ? payload : payload[..end];
        Span<byte> answer = stackalloc byte[NpuCoreGenerators.LongestText];
        switch (service)
        {
            case 1:
                break;
            case 2:
                text.Reverse();
                break;
            case 3:
                TextCiphers.Rotate(text, 3);
                break;
            case 4:
                TextCiphers.Rotate(text, 23);
                break;
            case 5 or 6:
                LegacyXor.ApplyByte(text, LegacyXor.MultiThreadMask);
                break;
            case 7 or 8:
                TextCiphers.Rotate(text, 13);
                break;
            case 9:
                return Answer(payload, Decimal(answer, TextHashes.Djb2(text)));
            case 10:
                return Answer(payload, Hex(answer, TextHashes.Crc32(text)));
            case 11:
                return Answer(payload, Hex(answer, TextHashes.Fnv1a(text)));
            case 12:
                return Answer(payload, Decimal(answer, _generators.NextXorShift()));
            case 13:
                return Answer(payload, Decimal(answer, _generators.NextLinear()));
            case 14:
                Span<byte> random = answer[..Math.Min(payload.Length - 1, NpuCoreGenerators.LongestText)];
                _generators.NextText(random);
                return Answer(payload, random);
            default:
                answer[0] = _generators.NextLetter();
                return Answer(payload, answer[..1]);
        }
        // A text that filled the message loses its last byte to the terminator.
        if (end < 0)
            payload[^1] = 0;
        return ServiceResult.Success;
    }

    private static ServiceResult Answer(Span<byte> payload, ReadOnlySpan<byte> text)
    {
        int length = Math.Min(text.Length, payload.Length - 1);
        text[..length].CopyTo(payload);
        payload[length] = 0;
        return ServiceResult.Success;
    }

    private static ReadOnlySpan<byte> Decimal(Span<byte> room, ulong value)
    {
        Utf8Formatter.TryFormat(value, room, out int written);
        return room[..written];
    }

    private static ReadOnlySpan<byte> Hex(Span<byte> room, uint value)
    {
        Utf8Formatter.TryFormat(value, room, out int written, new System.Buffers.StandardFormat('X', 8));
        return room[..written];
    }
}
