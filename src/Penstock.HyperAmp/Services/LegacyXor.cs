using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Penstock.HyperAmp.Services;

/// <summary>The constant XOR masks that the HyperAMP programs call encryption.</summary>
/// <remarks>
/// They protect nothing: the key is a constant of the program text, the same for everybody, and whoever sees one
/// known text sees the key. They exist so that old peers are answered bit for bit; <see cref="ModernServices"/> has
/// ciphers. Each is an involution, so encrypt and decrypt are one function.
/// </remarks>
public static class LegacyXor
{
    /// <summary>The mask of the multi-thread generation and of NPUCore's services 5 and 6.</summary>
    public const byte MultiThreadMask = 0x42;

    /// <summary>The mask of the seL4 side of the ring.</summary>
    public const byte RingMask = 0x5A;

    // Byte i of the original's 16-byte constant, already combined with the 0x55 it is masked with.
    private static readonly Vector128<byte> _table = Vector128.Create(
        (byte)0x7e, 0x2b, 0x40, 0x43, 0x7d, 0xfb, 0x87, 0xf3, 0xfe, 0xa2, 0x40, 0xdd, 0x5c, 0x9a, 0x1a, 0x69);

    /// <summary>The original's 16-byte mask, repeated over the text from its first byte.</summary>
    public static void ApplyTable(Span<byte> text) => Apply(text, _table);

    /// <summary>One byte's mask over the whole text.</summary>
    public static void ApplyByte(Span<byte> text, byte mask) => Apply(text, Vector128.Create(mask));

    private static void Apply(Span<byte> text, Vector128<byte> mask)
    {
        Span<Vector128<byte>> blocks = MemoryMarshal.Cast<byte, Vector128<byte>>(text);
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] ^= mask;
        Span<byte> rest = text[(blocks.Length * Vector128<byte>.Count)..];
        for (int i = 0; i < rest.Length; i++)
            rest[i] ^= mask[i];
    }
}
