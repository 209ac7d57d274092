using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Penstock.Linux.Sockets;

/// <summary>An address that sockets connect and bind to: struct sockaddr_in, sockaddr_in6 or sockaddr_un, as a value.</summary>
/// <remarks>
/// <code>
/// sockaddr_in    family:2 port:2(big) address:4  zero:8
/// sockaddr_in6   family:2 port:2(big) flow:4     address:16  scope:4
/// sockaddr_un    family:2 path:108
/// </code>
/// </remarks>
public readonly struct SocketAddress : IEquatable<SocketAddress>
{
    internal const int MaximumLength = 110;
    internal const int InetLength = 16;
    internal const int Inet6Length = 28;

    private readonly Storage _storage;

    internal SocketAddress(ReadOnlySpan<byte> native)
    {
        Length = Math.Min(native.Length, MaximumLength);
        native[..Length].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<Storage, byte>(ref _storage), MaximumLength));
    }

    /// <summary>Which kind of address this is.</summary>
    public AddressFamily Family => Length < 2 ? AddressFamily.Unspecified : (AddressFamily)MemoryMarshal.Read<ushort>(Native);

    /// <summary>The port, 0 for paths.</summary>
    public ushort Port => Family is AddressFamily.Inet or AddressFamily.Inet6 ? BinaryPrimitives.ReadUInt16BigEndian(Native[2..]) : (ushort)0;

    /// <summary>4 or 16 bytes in network order; none for paths.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> AddressBytes => Family switch
    {
        AddressFamily.Inet => Native.Slice(4, 4),
        AddressFamily.Inet6 => Native.Slice(8, 16),
        _ => default,
    };

    /// <summary>The interface of a link-local IPv6 address, 0 for none.</summary>
    public uint Scope => Family == AddressFamily.Inet6 ? MemoryMarshal.Read<uint>(Native[24..]) : 0;

    internal int Length { get; }

    [UnscopedRef]
    internal ReadOnlySpan<byte> Native =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Storage, byte>(ref Unsafe.AsRef(in _storage)), Length);

    /// <summary>An IPv4 or IPv6 address with a port.</summary>
    /// <param name="addressBytes">4 or 16 bytes in network order.</param>
    /// <param name="port">In host order.</param>
    /// <param name="scope">The interface, for link-local IPv6 addresses.</param>
    /// <exception cref="ArgumentException">The address has another length.</exception>
    public static SocketAddress FromInet(ReadOnlySpan<byte> addressBytes, ushort port, uint scope = 0)
    {
        Span<byte> native = stackalloc byte[Inet6Length];
        native.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(native[2..], port);
        switch (addressBytes.Length)
        {
            case 4:
                WriteFamily(native, AddressFamily.Inet);
                addressBytes.CopyTo(native[4..]);
                return new SocketAddress(native[..InetLength]);
            case 16:
                WriteFamily(native, AddressFamily.Inet6);
                addressBytes.CopyTo(native[8..]);
                MemoryMarshal.Write(native[24..], scope);
                return new SocketAddress(native);
            default:
                throw new ArgumentException($"an address has 4 or 16 bytes, not {addressBytes.Length}", nameof(addressBytes));
        }
    }

    /// <summary>A path on this machine; one that starts with a zero character is in the abstract namespace.</summary>
    /// <exception cref="ArgumentException">The path has more than 107 bytes.</exception>
    public static SocketAddress FromUnix(string path)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        if (length is 0 or > 107)
            throw new ArgumentException($"a socket's path has 1 to 107 bytes, not {length}: {path}", nameof(path));
        Span<byte> native = stackalloc byte[MaximumLength];
        native.Clear();
        WriteFamily(native, AddressFamily.Unix);
        Encoding.UTF8.GetBytes(path, native[2..]);
        return new SocketAddress(native[..(2 + length + (path[0] == '\0' ? 0 : 1))]);
    }

    /// <inheritdoc/>
    public bool Equals(SocketAddress other) => Native.SequenceEqual(other.Native);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SocketAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Native);
        return hash.ToHashCode();
    }

    /// <summary>192.0.2.1:80, [2001:db8::1]:80, or a path.</summary>
    public override string ToString() => Family switch
    {
        AddressFamily.Inet => $"{new IPAddress(AddressBytes)}:{Port}",
        AddressFamily.Inet6 => $"[{new IPAddress(AddressBytes, Scope)}]:{Port}",
        AddressFamily.Unix => Encoding.UTF8.GetString(Native[2..]).TrimEnd('\0').Replace('\0', '@'),
        _ => "none",
    };

    /// <summary>Equality.</summary>
    public static bool operator ==(SocketAddress left, SocketAddress right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(SocketAddress left, SocketAddress right) => !left.Equals(right);

    private static void WriteFamily(Span<byte> native, AddressFamily family) => MemoryMarshal.Write(native, (ushort)family);

    [InlineArray(112)]
    private struct Storage
    {
        private byte _first;
    }
}
