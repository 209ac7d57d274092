using System;
using Penstock.Wire.Ip;

namespace Penstock.Wire.Socks5;

/// <summary>A datagram between client and relay (RFC 1928 section 7), as a view.</summary>
/// <remarks>
/// <code>
///   +-----+------+---------------+------+
///   | RSV | FRAG | address block | DATA |
///   |  2  |  1   | 7 | 19 | 4+n  |      |
///   +-----+------+---------------+------+
/// </code>
/// Towards the relay the address is the destination, from it the source. RSV is not judged. No accessor allocates but
/// <see cref="ToDestination"/> of a name.
/// </remarks>
public readonly ref struct SocksDatagram
{
    /// <summary>Bytes in front of the payload when the address is IPv4.</summary>
    public const int HeaderV4 = 10;

    /// <summary>Bytes in front of the payload when the address is IPv6.</summary>
    public const int HeaderV6 = 22;

    /// <summary>Bytes of the longest header.</summary>
    public const int MaxHeader = 3 + SocksDestination.MaxBlock;

    private readonly SocksAddressBlock _block;

    private SocksDatagram(ReadOnlySpan<byte> datagram, SocksAddressBlock block)
    {
        _block = block;
        IsFragment = datagram[2] != 0;
        HeaderLength = 3 + block.Length;
        Payload = datagram[HeaderLength..];
    }

    /// <summary>FRAG is not 0: whoever does not reassemble must drop it (RFC 1928 section 7).</summary>
    public bool IsFragment { get; }

    /// <summary>Where the payload begins.</summary>
    public int HeaderLength { get; }

    /// <summary>The user's data, 0 bytes or more.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>True when the address is a name.</summary>
    public bool IsName => _block.IsName;

    /// <summary>The name's bytes; empty for an address.</summary>
    public ReadOnlySpan<byte> Name => _block.Name;

    /// <summary>The address; the default value for a name.</summary>
    public InetAddress Address => _block.Address;

    /// <summary>The port.</summary>
    public ushort Port => _block.Port;

    /// <summary>The address or name as a value; allocates the string of a name.</summary>
    public SocksDestination ToDestination() => _block.ToDestination();

    /// <summary>Reads a whole datagram; false when it is too short or its address type is unknown.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out SocksDatagram view)
    {
        view = default;
        if (datagram.Length < 4 || !SocksAddressBlock.Parse(datagram[3..], out SocksAddressBlock block).IsDone)
            return false;
        view = new SocksDatagram(datagram, block);
        return true;
    }

    /// <summary>Bytes that <see cref="WriteHeader"/> writes.</summary>
    public static int LengthOfHeader(in SocksDestination destination) => 3 + destination.BlockLength;

    /// <summary>Writes the header that stands in front of the payload and returns its length.</summary>
    public static int WriteHeader(Span<byte> bytes, in SocksDestination destination)
    {
        bytes[..3].Clear();
        return 3 + SocksAddressBlock.Write(bytes[3..], destination);
    }
}
