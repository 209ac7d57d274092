namespace Penstock.HyperAmp.Regions;

/// <summary>Word operations on memory that other processes or zones share.</summary>
/// <remarks>
/// Everything that runs on shared words is generic over an implementation: mapped memory in production, a virtual
/// memory under a scheduler in the interleaving explorer. Reads are acquire loads, writes release stores of one aligned
/// word; compare-exchange, add and exchange are full fences. An offset outside the range throws.
/// </remarks>
public interface ISharedWords
{
    /// <summary>Bytes in the range.</summary>
    int Length { get; }

    /// <summary>An acquire load.</summary>
    byte ReadByte(int offset);

    /// <summary>An acquire load.</summary>
    ushort ReadUInt16(int offset);

    /// <summary>An acquire load.</summary>
    uint ReadUInt32(int offset);

    /// <summary>An acquire load.</summary>
    ulong ReadUInt64(int offset);

    /// <summary>A release store.</summary>
    void WriteByte(int offset, byte value);

    /// <summary>A release store.</summary>
    void WriteUInt16(int offset, ushort value);

    /// <summary>A release store.</summary>
    void WriteUInt32(int offset, uint value);

    /// <summary>A release store.</summary>
    void WriteUInt64(int offset, ulong value);

    /// <summary>Stores <paramref name="value"/> where <paramref name="expected"/> lies; returns what lay there before.</summary>
    byte CompareExchange(int offset, byte value, byte expected);

    /// <inheritdoc cref="CompareExchange(int, byte, byte)"/>
    uint CompareExchange(int offset, uint value, uint expected);

    /// <inheritdoc cref="CompareExchange(int, byte, byte)"/>
    ulong CompareExchange(int offset, ulong value, ulong expected);

    /// <summary>Has a line brought near: a hint, which any offset is good for.</summary>
    void Prefetch(uint offset);

    /// <summary>Adds and returns the sum.</summary>
    uint Add(int offset, uint value);

    /// <summary>Stores and returns what lay there before.</summary>
    ulong Exchange(int offset, ulong value);
}
