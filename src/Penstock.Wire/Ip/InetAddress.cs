using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Penstock.Wire.Ip;

/// <summary>An IPv4 or IPv6 address as a value.</summary>
/// <remarks>
/// IPv4 is kept as its own family, never as ::ffff:a.b.c.d, so that a v4-mapped IPv6 address on the wire does not
/// compare equal to the IPv4 address. The default value is 0.0.0.0.
/// </remarks>
public readonly struct InetAddress : IEquatable<InetAddress>
{
    private readonly ulong _high;
    private readonly ulong _low;

    private InetAddress(ulong high, ulong low, bool isV6)
    {
        _high = high;
        _low = low;
        IsV6 = isV6;
    }

    /// <summary>True for IPv6, false for IPv4.</summary>
    public bool IsV6 { get; }

    /// <summary>Number of bytes on the wire: 4 or 16.</summary>
    public int Length => IsV6 ? 16 : 4;

    /// <summary>The IPv4 address as a number in host order; meaningless for IPv6.</summary>
    public uint V4 => (uint)_low;

    /// <summary>The first eight bytes as a number in host order; 0 for IPv4.</summary>
    public ulong High => _high;

    /// <summary>The last eight bytes as a number in host order; the whole address for IPv4.</summary>
    public ulong Low => _low;

    /// <summary>The IPv4 address of ::ffff:a.b.c.d, as sockets for both families name it; any other as it is.</summary>
    public InetAddress Unmapped => IsV6 && _high == 0 && _low >> 32 == 0xffff ? FromV4((uint)_low) : this;

    /// <summary>0.0.0.0 or ::.</summary>
    public bool IsUnspecified => _high == 0 && _low == 0;

    /// <summary>224.0.0.0/4 or ff00::/8.</summary>
    public bool IsMulticast => IsV6 ? _high >> 56 == 0xff : (_low >> 28) == 0xe;

    /// <summary>255.255.255.255.</summary>
    public bool IsBroadcast => !IsV6 && (uint)_low == uint.MaxValue;

    /// <summary>Makes an IPv4 address from a number in host order.</summary>
    public static InetAddress FromV4(uint hostOrder) => new(0, hostOrder, false);

    /// <summary>Makes an IPv6 address from its halves in host order.</summary>
    public static InetAddress FromV6(ulong high, ulong low) => new(high, low, true);

    /// <summary>Reads 4 bytes (IPv4) or 16 bytes (IPv6) in network order.</summary>
    /// <exception cref="ArgumentException">The span is neither 4 nor 16 bytes long.</exception>
    public static InetAddress Read(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => new(0, BinaryPrimitives.ReadUInt32BigEndian(bytes), false),
        16 => new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]), true),
        _ => throw new ArgumentException($"an address has 4 or 16 bytes, not {bytes.Length}", nameof(bytes)),
    };

    /// <summary>Writes <see cref="Length"/> bytes in network order.</summary>
    public void Write(Span<byte> destination)
    {
        if (IsV6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
            BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _low);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)_low);
        }
    }

    /// <summary>Parses a plain address (no prefix length, no port, no brackets, no scope).</summary>
    public static bool TryParse(string? text, out InetAddress address)
    {
        address = default;
        if (text is null || text.Contains('%') || text.Contains('[') || text.Contains('/'))
            return false;
        if (!IPAddress.TryParse(text, out IPAddress? parsed))
            return false;
        if (parsed.AddressFamily == AddressFamily.InterNetwork && text.Split('.').Length != 4)
            return false; // inet_aton forms such as "1.2" are not addresses here
        Span<byte> bytes = stackalloc byte[16];
        if (!parsed.TryWriteBytes(bytes, out int written))
            return false;
        address = Read(bytes[..written]);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(InetAddress other) => _low == other._low && _high == other._high && IsV6 == other.IsV6;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is InetAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low, IsV6);

    /// <summary>The usual text form: dotted quad, or RFC 5952.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        Write(bytes);
        return new IPAddress(bytes[..Length]).ToString();
    }

    /// <summary>Equality.</summary>
    public static bool operator ==(InetAddress left, InetAddress right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(InetAddress left, InetAddress right) => !left.Equals(right);
}
