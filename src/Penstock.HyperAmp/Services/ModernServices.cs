using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Penstock.HyperAmp.Services;

/// <summary>Checksum, digest, authenticated encryption and signatures, in <see cref="ModernFrame"/>s.</summary>
/// <remarks>
/// The frame may change under the call, so a keyed service works on a private copy of the input and shows the peer
/// only finished answers: an unauthenticated text never reaches shared memory. Nonces are random; replace the AES key
/// before 2^32 seals (NIST SP 800-38D, 8.3).
/// </remarks>
public sealed class ModernServices(ServiceKeys keys) : ServiceSet
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int LongestKeyedInput = 256 << 20;

    /// <summary>Bytes that sealing adds to a text.</summary>
    public const int SealOverhead = NonceSize + TagSize;

    /// <inheritdoc/>
    public override string Name => "modern";

    /// <inheritdoc/>
    public override bool Knows(ushort service) => IsModern(service);

    /// <summary>True for the ids whose messages are <see cref="ModernFrame"/>s.</summary>
    public static bool IsModern(ushort service) => service is >= ModernService.Sha256 and <= ModernService.Verify;

    /// <summary>The longest answer to an input of so many bytes: what the message has to have room for.</summary>
    public static int LongestAnswer(ushort service, int input) => service switch
    {
        ModernService.Sha256 => SHA256.HashSizeInBytes,
        ModernService.Crc32C => sizeof(uint),
        ModernService.Seal => input + SealOverhead,
        ModernService.Sign => input + SignedMessage.HeaderSize,
        _ => input,
    };

    /// <inheritdoc/>
    public override ServiceResult Run(ushort service, Span<byte> payload)
    {
        if (!Knows(service))
            return ServiceResult.NotExists;
        if (!ModernFrame.TryRead(payload, out Span<byte> input))
            return ServiceResult.Fail;
        switch (service)
        {
            case ModernService.Sha256:
                Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
                SHA256.HashData(input, digest);
                return Answer(payload, digest);
            case ModernService.Crc32C:
                Span<byte> sum = stackalloc byte[sizeof(uint)];
                BinaryPrimitives.WriteUInt32LittleEndian(sum, Checksums.Crc32C(input));
                return Answer(payload, sum);
            default:
                return RunKeyed(service, payload, input);
        }
    }

    private ServiceResult RunKeyed(ushort service, Span<byte> payload, ReadOnlySpan<byte> input)
    {
        if (input.Length > LongestKeyedInput)
            return ServiceResult.Fail;
        int room = Math.Max(SealOverhead, SignedMessage.HeaderSize);
        byte[] rented = ArrayPool<byte>.Shared.Rent(2 * input.Length + room);
        try
        {
            Span<byte> text = rented.AsSpan(0, input.Length);
            Span<byte> answer = rented.AsSpan(input.Length, input.Length + room);
            input.CopyTo(text);
            int length = service switch
            {
                ModernService.Seal => Seal(text, answer),
                ModernService.Open => Open(text, answer),
                ModernService.Sign => Sign(text, answer),
                _ => Verify(text, answer),
            };
            return length < 0 ? ServiceResult.Fail : Answer(payload, answer[..length]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private int Seal(ReadOnlySpan<byte> text, Span<byte> answer)
    {
        if (keys.RentCipher() is not { } cipher)
            return -1;
        Span<byte> nonce = answer[..NonceSize];
        RandomNumberGenerator.Fill(nonce);
        cipher.Encrypt(nonce, text, answer.Slice(NonceSize, text.Length), answer.Slice(NonceSize + text.Length, TagSize));
        keys.Return(cipher);
        return text.Length + SealOverhead;
    }

    private int Open(ReadOnlySpan<byte> sealedText, Span<byte> answer)
    {
        int length = sealedText.Length - SealOverhead;
        if (length < 0 || keys.RentCipher() is not { } cipher)
            return -1;
        try
        {
            cipher.Decrypt(sealedText[..NonceSize], sealedText.Slice(NonceSize, length), sealedText[^TagSize..], answer[..length]);
            return length;
        }
        catch (AuthenticationTagMismatchException)
        {
            return -1;
        }
        finally
        {
            keys.Return(cipher);
        }
    }

    private int Sign(ReadOnlySpan<byte> data, Span<byte> answer)
    {
        if (!keys.CanSign || keys.RentSigner() is not { } signer)
            return -1;
        Span<byte> message = answer[..(SignedMessage.HeaderSize + data.Length)];
        data.CopyTo(message[SignedMessage.HeaderSize..]);
        bool signed = SignedMessage.TrySign(message, signer);
        keys.Return(signer);
        return signed ? message.Length : -1;
    }

    private int Verify(ReadOnlySpan<byte> message, Span<byte> answer)
    {
        if (keys.RentSigner() is not { } signer)
            return -1;
        SignedShape shape = SignedMessage.TryVerify(message, signer, out Range data);
        keys.Return(signer);
        if (shape != SignedShape.Ok)
            return -1;
        ReadOnlySpan<byte> content = message[data];
        content.CopyTo(answer);
        return content.Length;
    }

    private static ServiceResult Answer(Span<byte> payload, ReadOnlySpan<byte> answer) =>
        ModernFrame.TryWrite(payload, answer) ? ServiceResult.Success : ServiceResult.Fail;
}
