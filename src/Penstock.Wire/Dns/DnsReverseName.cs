using System;
using Penstock.Wire.Ip;

namespace Penstock.Wire.Dns;

/// <summary>The names under which addresses are looked up: RFC 1035 section 3.5 and RFC 3596 section 2.5.</summary>
/// <remarks>
/// <code>
///   1.0.64.100.in-addr.arpa            100.64.0.1: bytes, last first
///   1.0.0.0 ... 0.0.d.f.ip6.arpa       fd00::...:1: half bytes, last first
/// </code>
/// </remarks>
public static class DnsReverseName
{
    private static ReadOnlySpan<byte> InAddr => "\u0007in-addr\u0004arpa\0"u8;

    private static ReadOnlySpan<byte> Ip6 => "\u0003ip6\u0004arpa\0"u8;

    /// <summary>Reads the address that a name stands for; false when it stands for none, or for a whole network.</summary>
    public static bool TryParse(DnsName name, out InetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        ReadOnlySpan<byte> wire = name.Wire;
        address = default;
        int length;
        if (TryV6(wire, bytes))
            length = 16;
        else if (TryV4(wire, bytes))
            length = 4;
        else
            return false;
        address = InetAddress.Read(bytes[..length]);
        return true;
    }

    private static bool TryV4(ReadOnlySpan<byte> wire, Span<byte> bytes)
    {
        for (int i = 3; i >= 0; i--)
        {
            if (wire.IsEmpty || wire[0] is 0 or > 3 || wire.Length <= wire[0])
                return false;
            ReadOnlySpan<byte> label = wire[1..(1 + wire[0])];
            // One spelling an address: no zero in front of another digit.
            if ((label[0] == '0' && label.Length > 1) || !byte.TryParse(label, System.Globalization.NumberStyles.None, null, out bytes[i]))
                return false;
            wire = wire[(1 + wire[0])..];
        }
        return DnsName.EqualsIgnoringCase(wire, InAddr);
    }

    private static bool TryV6(ReadOnlySpan<byte> wire, Span<byte> bytes)
    {
        if (wire.Length != 64 + Ip6.Length || !DnsName.EqualsIgnoringCase(wire[64..], Ip6))
            return false;
        bytes.Clear();
        for (int i = 0; i < 32; i++)
        {
            if (wire[2 * i] != 1 || !TryHalfByte(wire[2 * i + 1], out int half))
                return false;
            bytes[15 - i / 2] |= (byte)(half << (i % 2 * 4));
        }
        return true;
    }

    private static bool TryHalfByte(byte digit, out int value)
    {
        value = digit switch
        {
            >= (byte)'0' and <= (byte)'9' => digit - '0',
            >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
            _ => -1,
        };
        return value >= 0;
    }
}
