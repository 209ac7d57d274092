using System;
using System.Buffers;
using System.Security.Cryptography;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Ring;

/// <summary>What the bulk window's services do with the bytes they are pointed at.</summary>
/// <remarks>
/// 0 echo, 1 encrypt, 2 decrypt, 3 verify, 4 verify and encrypt, 5 verify and decrypt, 7 validate and encrypt, 8 decrypt
/// and validate. Encrypt and decrypt are the ring's constant mask, which protects nothing; verify is the peers' look at
/// the shape of a signature unless a key is given, and then ECDSA-P256 over a private copy, so that the peer cannot
/// change what has been verified. Validate looks for six quoted keys. Unknown ids are refused (the seL4 side encrypts).
/// </remarks>
public sealed class BulkServices(ECDsa? key = null)
{
    private static readonly byte[][] _requiredKeys =
        ["\"ts\":"u8.ToArray(), "\"img\":"u8.ToArray(), "\"lvl\":"u8.ToArray(), "\"scr\":"u8.ToArray(), "\"cnt\":"u8.ToArray(), "\"tgt\":"u8.ToArray()];

    private readonly System.Threading.Lock _keyTurn = new();

    /// <summary>True when signatures are verified with a key.</summary>
    public bool VerifiesWithKey => key is not null;

    /// <summary>Runs a service in place.</summary>
    /// <param name="service">The descriptor's service id.</param>
    /// <param name="window">The descriptor's bytes, which the peer may be changing.</param>
    /// <param name="result">Where in the window the result lies.</param>
    /// <returns>The answer's status.</returns>
    public int Run(uint service, Span<byte> window, out Range result)
    {
        result = Range.All;
        switch (service)
        {
            case 0:
                return BulkStatus.Success;
            case 1 or 2:
                Mask(window);
                return BulkStatus.Success;
            case 3 or 4 or 5:
                return RunVerified(window, masks: service != 3, out result);
            case 7:
                if (!IsValid(window))
                    return BulkStatus.MissingField;
                Mask(window);
                return BulkStatus.Success;
            case 8:
                Mask(window);
                return IsValid(window) ? BulkStatus.Success : BulkStatus.MissingField;
            default:
                return BulkStatus.Refused;
        }
    }

    /// <summary>True when the text has all six quoted keys, each followed by a colon.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        foreach (byte[] required in _requiredKeys)
        {
            if (text.IndexOf(required) < 0)
                return false;
        }
        return true;
    }

    private int RunVerified(Span<byte> window, bool masks, out Range result)
    {
        if (key is not null)
            return RunVerifiedWithKey(window, masks, out result);
        // One private copy of the header is what the check sees; only its length field is used afterwards.
        Span<byte> header = stackalloc byte[SignedMessage.HeaderSize];
        result = default;
        if (window.Length < header.Length)
            return BulkStatus.BadLength;
        window[..header.Length].CopyTo(header);
        SignedShape shape = SignedMessage.CheckShape(header, window.Length - header.Length, out int length);
        if (shape != SignedShape.Ok)
            return (int)shape;
        result = SignedMessage.HeaderSize..(SignedMessage.HeaderSize + length);
        if (masks)
            Mask(window[result]);
        return BulkStatus.Success;
    }

    private int RunVerifiedWithKey(Span<byte> window, bool masks, out Range result)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(window.Length);
        try
        {
            Span<byte> message = copy.AsSpan(0, window.Length);
            window.CopyTo(message);
            SignedShape shape;
            lock (_keyTurn)
                shape = SignedMessage.TryVerify(message, key!, out result);
            if (shape != SignedShape.Ok)
                return (int)shape;
            Span<byte> data = message[result];
            if (masks)
                Mask(data);
            data.CopyTo(window[result]);
            return BulkStatus.Success;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static void Mask(Span<byte> text) => LegacyXor.ApplyByte(text, LegacyXor.RingMask);
}
