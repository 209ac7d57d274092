using System;
using System.Buffers.Binary;
using Penstock.Wire.Ip;

namespace Penstock.Wire.Socks5;

/// <summary>A datagram as a message on the TCP connection of command 05, as a view.</summary>
/// <remarks>
/// <code>
///   +--------+--------+---------------+--------+---------+
///   | MSGLEN | HDRLEN | address block | filler | DATA    |
///   | 2 (BE) |   1    | 7 | 19 | 4+n  |   0+   | MSGLEN  |
///   +--------+--------+---------------+--------+---------+
///   ├──────────────── HDRLEN ───────────────┤
/// </code>
/// MSGLEN counts the payload only, whatever is said elsewhere about the format. The payload begins where HDRLEN says;
/// writers leave no filler. HDRLEN is one byte, so a name has at most <see cref="MaxName"/> bytes here. Towards the
/// proxy the address is the destination, from it the source.
/// </remarks>
public readonly ref struct UdpInTcpMessage
{
    /// <summary>The longest name whose header HDRLEN can express.</summary>
    public const int MaxName = 255 - 7;

    /// <summary>Bytes of the longest header.</summary>
    public const int MaxHeader = 255;

    /// <summary>Bytes of the longest message.</summary>
    public const int MaxLength = MaxHeader + ushort.MaxValue;

    private readonly SocksAddressBlock _block;

    private UdpInTcpMessage(ReadOnlySpan<byte> message, int headerLength, SocksAddressBlock block)
    {
        _block = block;
        HeaderLength = headerLength;
        Payload = message[headerLength..];
    }

    /// <summary>Where the payload begins.</summary>
    public int HeaderLength { get; }

    /// <summary>The user's data, 0 to 65535 bytes.</summary>
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

    /// <summary>Reads the message at the start of <paramref name="bytes"/>; further messages may follow it.</summary>
    public static SocksResult Parse(ReadOnlySpan<byte> bytes, out UdpInTcpMessage message)
    {
        message = default;
        if (bytes.Length < 3)
            return SocksResult.NeedMore;
        int headerLength = bytes[2];
        if (headerLength < 4)
            return SocksResult.Fail(SocksError.BadHeaderLength);
        // Within the header the address must be complete: what looks cut there stays cut, however much arrives.
        int headerHere = Math.Min(headerLength, bytes.Length);
        SocksResult result = SocksAddressBlock.Parse(bytes[3..headerHere], out SocksAddressBlock block);
        if (result.Progress == SocksProgress.Error)
            return result;
        if (!result.IsDone)
            return headerHere == headerLength ? SocksResult.Fail(SocksError.BadHeaderLength) : result;
        int length = headerLength + BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length < length)
            return SocksResult.NeedMore;
        message = new UdpInTcpMessage(bytes[..length], headerLength, block);
        return SocksResult.Done(length);
    }

    /// <summary>Bytes of the message that begins with these three bytes, header included; too few to be one when HDRLEN is.</summary>
    public static int LengthOf(ReadOnlySpan<byte> beginning) =>
        beginning[2] < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(beginning) + beginning[2];

    /// <summary>Writes the lengths of a message whose address block and payload are in place; false when one is too long.</summary>
    /// <param name="message">The whole message, its first three bytes free.</param>
    /// <param name="headerLength">Where the payload begins.</param>
    public static bool TryStamp(Span<byte> message, int headerLength)
    {
        int payloadLength = message.Length - headerLength;
        if (headerLength > MaxHeader || payloadLength > ushort.MaxValue)
            return false;
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)payloadLength);
        message[2] = (byte)headerLength;
        return true;
    }

    /// <summary>Bytes that <see cref="TryWriteHeader"/> writes.</summary>
    public static int LengthOfHeader(in SocksDestination destination) => 3 + destination.BlockLength;

    /// <summary>Writes the header that stands in front of a payload; false when the name or payload is too long.</summary>
    /// <param name="bytes">At least <see cref="LengthOfHeader"/> of the destination.</param>
    /// <param name="destination">The address block.</param>
    /// <param name="payloadLength">0 to 65535.</param>
    /// <param name="written">Bytes written: HDRLEN.</param>
    public static bool TryWriteHeader(
        Span<byte> bytes, in SocksDestination destination, int payloadLength, out int written)
    {
        written = LengthOfHeader(destination);
        if (written > MaxHeader || (uint)payloadLength > ushort.MaxValue)
        {
            written = 0;
            return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)payloadLength);
        bytes[2] = (byte)written;
        SocksAddressBlock.Write(bytes[3..], destination);
        return true;
    }
}
