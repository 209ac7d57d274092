namespace Penstock.HyperAmp.Services;

/// <summary>Ids of the modern set: fresh ones, that no legacy table uses.</summary>
public static class ModernService
{
    /// <summary>SHA-256: the answer is the 32-byte digest.</summary>
    public const ushort Sha256 = 0x0100;

    /// <summary>CRC-32C: the answer is the sum, 4 bytes, little-endian.</summary>
    public const ushort Crc32C = 0x0101;

    /// <summary>AES-256-GCM seal: the answer is nonce (12), ciphertext, tag (16).</summary>
    public const ushort Seal = 0x0102;

    /// <summary>AES-256-GCM open: what seal answered becomes the text again, or the message fails.</summary>
    public const ushort Open = 0x0103;

    /// <summary>ECDSA-P256 over SHA-256: the answer is a <see cref="SignedMessage"/>, header and data.</summary>
    public const ushort Sign = 0x0104;

    /// <summary>Verifies a <see cref="SignedMessage"/>: the answer is its data, or the message fails.</summary>
    public const ushort Verify = 0x0105;
}
