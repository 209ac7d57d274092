using System;
using System.Buffers.Binary;
using System.Text;
using Penstock.Wire.Ip;

namespace Penstock.Wire.Socks5;

/// <summary>The address block that all SOCKS5 formats share (RFC 1928 section 5), as a view.</summary>
/// <remarks>
/// <code>
///   +------+----------------------+--------+
///   | ATYP | ADDR                 | PORT   |
///   |  1   | 4 | 16 | 1+n (name)  | 2 (BE) |
///   +------+----------------------+--------+
/// </code>
/// </remarks>
internal readonly ref struct SocksAddressBlock
{
    private const byte V4 = 1;
    private const byte Domain = 3;
    private const byte V6 = 4;

    private readonly ReadOnlySpan<byte> _block;

    private SocksAddressBlock(ReadOnlySpan<byte> block) => _block = block;

    public int Length => _block.Length;

    public bool IsName => _block[0] == Domain;

    /// <summary>The name's bytes; empty for an address.</summary>
    public ReadOnlySpan<byte> Name => IsName ? _block[2..^2] : default;

    /// <summary>The address; the default value for a name.</summary>
    public InetAddress Address => IsName ? default : InetAddress.Read(_block[1..^2]);

    public ushort Port => BinaryPrimitives.ReadUInt16BigEndian(_block[^2..]);

    /// <summary>Makes the value; allocates the string of a name.</summary>
    public SocksDestination ToDestination() =>
        IsName ? new(Encoding.Latin1.GetString(Name), Port) : new(Address, Port);

    /// <summary>Finds the block at the start of <paramref name="bytes"/>, which may hold less or more.</summary>
    public static SocksResult Parse(ReadOnlySpan<byte> bytes, out SocksAddressBlock block)
    {
        block = default;
        if (bytes.IsEmpty)
            return SocksResult.NeedMore;
        int length;
        switch (bytes[0])
        {
            case V4:
                length = 1 + 4 + 2;
                break;
            case V6:
                length = 1 + 16 + 2;
                break;
            case Domain when bytes.Length < 2:
                return SocksResult.NeedMore;
            case Domain:
                length = 1 + 1 + bytes[1] + 2;
                break;
            default:
                return SocksResult.Fail(SocksError.BadAddressType);
        }
        if (bytes.Length < length)
            return SocksResult.NeedMore;
        block = new SocksAddressBlock(bytes[..length]);
        return SocksResult.Done(length);
    }

    /// <summary>Writes <see cref="SocksDestination.BlockLength"/> bytes and returns their number.</summary>
    public static int Write(Span<byte> bytes, in SocksDestination destination)
    {
        int end;
        if (destination.Name is { } name)
        {
            bytes[0] = Domain;
            bytes[1] = (byte)name.Length;
            end = 2 + Encoding.Latin1.GetBytes(name, bytes[2..]);
        }
        else
        {
            bytes[0] = destination.Address.IsV6 ? V6 : V4;
            destination.Address.Write(bytes[1..]);
            end = 1 + destination.Address.Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(bytes[end..], destination.Port);
        return end + 2;
    }
}
