using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Penstock.HyperAmp.Services;

/// <summary>Signed data as the ring's peers frame it: an 84-byte header with a DER signature, then the data.</summary>
/// <remarks>
/// <code>
///   0       4         6    8              12                84
///   | magic | sig_len | 0  | payload_len  | signature[72]   | data
/// </code>
/// The original's "verification" is <see cref="HasSignedShape"/>: it looks at lengths and one byte and involves no key, so
/// anybody passes it. <see cref="TryVerify"/> checks the signature.
/// </remarks>
public static class SignedMessage
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 84;

    /// <summary>First word of the header.</summary>
    public const uint Magic = 0x53494731;

    /// <summary>Longest DER signature of P-256.</summary>
    public const int LongestSignature = 72;

    /// <summary>Shortest signature that peers accept.</summary>
    public const int ShortestSignature = 64;

    private const int SignatureOffset = 12;

    /// <summary>Writes a header.</summary>
    /// <returns>False when the signature is not of 64 to 72 bytes or the header does not fit.</returns>
    public static bool TryWriteHeader(Span<byte> header, ReadOnlySpan<byte> signature, int dataLength)
    {
        if (header.Length < HeaderSize || signature.Length is < ShortestSignature or > LongestSignature)
            return false;
        header[..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)signature.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], dataLength);
        signature.CopyTo(header[SignatureOffset..]);
        return true;
    }

    /// <summary>The original's check: magic, lengths and the first signature byte. No key is involved.</summary>
    /// <param name="message">Header and data.</param>
    /// <param name="data">Where the data lies in the message.</param>
    public static SignedShape HasSignedShape(ReadOnlySpan<byte> message, out Range data)
    {
        data = default;
        if (message.Length < HeaderSize)
            return SignedShape.BadLength;
        SignedShape shape = CheckShape(message[..HeaderSize], message.Length - HeaderSize, out int length);
        if (shape == SignedShape.Ok)
            data = HeaderSize..(HeaderSize + length);
        return shape;
    }

    /// <summary>The original's check, on a private copy of a header alone.</summary>
    /// <param name="header">84 bytes.</param>
    /// <param name="room">Bytes that follow the header in the message.</param>
    /// <param name="dataLength">How many of them are data.</param>
    public static SignedShape CheckShape(ReadOnlySpan<byte> header, int room, out int dataLength)
    {
        dataLength = 0;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Magic)
            return SignedShape.BadMagic;
        int signatureLength = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        if (length > (uint)room)
            return SignedShape.BadLength;
        if (signatureLength is < ShortestSignature or > LongestSignature || header[SignatureOffset] != 0x30)
            return SignedShape.BadSignature;
        dataLength = (int)length;
        return SignedShape.Ok;
    }

    /// <summary>Checks the shape and then the signature over the data. The message must be private memory.</summary>
    public static SignedShape TryVerify(ReadOnlySpan<byte> message, ECDsa key, out Range data)
    {
        SignedShape shape = HasSignedShape(message, out data);
        if (shape != SignedShape.Ok)
            return shape;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(message[4..]);
        bool valid = key.VerifyData(message[data], message.Slice(SignatureOffset, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return valid ? SignedShape.Ok : SignedShape.BadSignature;
    }

    /// <summary>Signs data that already stands behind room for the header.</summary>
    /// <param name="message">At least <see cref="HeaderSize"/> bytes, then the data.</param>
    /// <param name="key">A private key of P-256.</param>
    /// <returns>False when there is no room for the header, or the key made no signature of the peers' lengths.</returns>
    public static bool TrySign(Span<byte> message, ECDsa key)
    {
        if (message.Length < HeaderSize)
            return false;
        Span<byte> signature = stackalloc byte[LongestSignature];
        return key.TrySignData(message[HeaderSize..], signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence, out int length)
            && TryWriteHeader(message, signature[..length], message.Length - HeaderSize);
    }
}
