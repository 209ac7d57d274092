using System;
using Penstock.Wire.Ip;

namespace Penstock.Wire.Socks5;

/// <summary>Where a request or datagram goes, or where it came from: an address or a name, and a port.</summary>
/// <remarks>
/// A name is kept as the bytes of the wire, one character each (Latin-1), in the case that it arrived in; equality is
/// by those bytes. The default value is 0.0.0.0 port 0, which is what UDP requests carry.
/// </remarks>
public readonly record struct SocksDestination
{
    /// <summary>The longest name that the length byte of the format allows.</summary>
    public const int MaxName = 255;

    /// <summary>Bytes of the longest address block: type, length, name, port.</summary>
    public const int MaxBlock = 1 + 1 + MaxName + 2;

    /// <summary>An address and a port.</summary>
    public SocksDestination(InetAddress address, ushort port)
    {
        Address = address;
        Port = port;
    }

    /// <summary>A name and a port.</summary>
    /// <param name="name">0 to 255 characters up to U+00FF; only answers may carry an empty one.</param>
    /// <param name="port">0 to 65535.</param>
    /// <exception cref="ArgumentException">The name is too long, or holds a character that is not one byte.</exception>
    public SocksDestination(string name, ushort port)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > MaxName)
            throw new ArgumentException($"a SOCKS name has at most {MaxName} bytes, not {name.Length}", nameof(name));
        if (name.AsSpan().IndexOfAnyExceptInRange('\0', '\u00ff') >= 0)
            throw new ArgumentException("a SOCKS name holds bytes only", nameof(name));
        Name = name;
        Port = port;
    }

    /// <summary>The address; meaningless when <see cref="IsName"/>.</summary>
    public InetAddress Address { get; }

    /// <summary>The name, or null for an address.</summary>
    public string? Name { get; }

    /// <summary>The port.</summary>
    public ushort Port { get; }

    /// <summary>True when the other end has to resolve a name.</summary>
    public bool IsName => Name is not null;

    /// <summary>Bytes of the address block on the wire: type, address or length and name, port.</summary>
    public int BlockLength => Name is null ? 1 + Address.Length + 2 : 1 + 1 + Name.Length + 2;

    /// <summary><c>a.b.c.d:port</c>, <c>[v6]:port</c> or <c>name:port</c>.</summary>
    public override string ToString() => Name is null ? new InetEndpoint(Address, Port).ToString() : $"{Name}:{Port}";
}
