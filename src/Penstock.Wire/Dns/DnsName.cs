using System;
using System.Text;

namespace Penstock.Wire.Dns;

/// <summary>A domain name as a view of its uncompressed wire form, in the case that it came in.</summary>
/// <remarks>
/// <code>
///   |3|w w w|7|e x a m p l e|3|c o m|0|     1 to 255 bytes, labels of 1 to 63
/// </code>
/// Labels hold any byte, a dot included; <see cref="IsHostName"/> tells those that can be written as text with nothing
/// lost. Case counts for nothing in comparisons, and only ASCII has case (RFC 4343).
/// </remarks>
public readonly ref struct DnsName
{
    /// <summary>Bytes of the longest name on the wire, the root's zero included (RFC 1035 section 2.3.4).</summary>
    public const int MaxLength = 255;

    /// <summary>Characters of the longest name as text, without a dot at the end.</summary>
    public const int MaxText = 253;

    private const int MaxLabel = 63;
    private const int PointerBits = 0xc0;

    private DnsName(ReadOnlySpan<byte> wire) => Wire = wire;

    /// <summary>The uncompressed bytes, the root's zero included.</summary>
    public ReadOnlySpan<byte> Wire { get; }

    /// <summary>The name has no label.</summary>
    public bool IsRoot => Wire.Length <= 1;

    /// <summary>The name has labels, and none holds a dot or a zero byte: text and wire say the same.</summary>
    public bool IsHostName
    {
        get
        {
            for (int at = 0; Wire.Length > at && Wire[at] != 0; at += 1 + Wire[at])
            {
                if (Wire.Slice(at + 1, Wire[at]).IndexOfAny((byte)'.', (byte)0) >= 0)
                    return false;
            }
            return !IsRoot;
        }
    }

    /// <summary>Reads the name at <paramref name="offset"/> of a message and follows its compression pointers.</summary>
    /// <param name="message">The whole message, header included.</param>
    /// <param name="offset">Where the name begins; afterwards where it ends (behind the first pointer, if any).</param>
    /// <param name="storage">At least <see cref="MaxLength"/> bytes, which the name is a view of.</param>
    /// <param name="name">The uncompressed name.</param>
    /// <returns>False when the name is cut, too long, or points anywhere but backwards.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, scoped ref int offset, Span<byte> storage, out DnsName name)
    {
        name = default;
        int at = offset, end = -1, written = 0;
        // A pointer names a prior occurrence (RFC 1035 section 4.1.4): each one leads before the place where the run of
        // labels that holds it began, so the walk gets shorter every time and ends.
        int runStart = at;
        while ((uint)at < (uint)message.Length)
        {
            int length = message[at];
            switch (length & PointerBits)
            {
                case 0:
                    if (message.Length - at <= length || written + 1 + length > MaxLength)
                        return false;
                    message.Slice(at, 1 + length).CopyTo(storage[written..]);
                    written += 1 + length;
                    at += 1 + length;
                    if (length != 0)
                        break;
                    offset = end < 0 ? at : end;
                    name = new DnsName(storage[..written]);
                    return true;
                case PointerBits:
                    if (message.Length - at < 2)
                        return false;
                    int target = ((length & 0x3f) << 8) | message[at + 1];
                    if (target >= runStart || target < DnsHeader.Length)
                        return false;
                    if (end < 0)
                        end = at + 2;
                    at = runStart = target;
                    break;
                default:
                    return false; // 01 and 10 are reserved
            }
        }
        return false;
    }

    /// <summary>A view of a name's uncompressed bytes, which are those of a name that was read before.</summary>
    public static DnsName FromWire(ReadOnlySpan<byte> wire) => new(wire);

    /// <summary>Makes a name from text: labels divided by dots, one at the end allowed; "." is the root.</summary>
    /// <param name="text">Characters up to U+00FF, one byte each.</param>
    /// <param name="storage">At least <see cref="MaxLength"/> bytes, which the name is a view of.</param>
    /// <param name="name">The name.</param>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> storage, out DnsName name)
    {
        name = default;
        if (text.EndsWith("."))
            text = text[..^1];
        int written = 0;
        while (!text.IsEmpty)
        {
            int dot = text.IndexOf('.');
            ReadOnlySpan<char> label = dot < 0 ? text : text[..dot];
            text = dot < 0 ? default : text[(dot + 1)..];
            bool endsInDot = dot >= 0 && text.IsEmpty;
            if (label.IsEmpty || endsInDot || label.Length > MaxLabel || written + 1 + label.Length >= MaxLength)
                return false;
            if (label.IndexOfAnyExceptInRange('\0', '\u00ff') >= 0)
                return false;
            storage[written++] = (byte)label.Length;
            written += Encoding.Latin1.GetBytes(label, storage[written..]);
        }
        storage[written++] = 0;
        name = new DnsName(storage[..written]);
        return true;
    }

    /// <summary>Writes the labels joined by dots, one character a byte, no dot at the end.</summary>
    /// <param name="text">At least <see cref="MaxText"/> characters.</param>
    /// <returns>Characters written: 0 for the root.</returns>
    public int CopyText(Span<char> text)
    {
        int written = 0;
        for (int at = 0; Wire.Length > at && Wire[at] != 0; at += 1 + Wire[at])
        {
            if (written > 0)
                text[written++] = '.';
            written += Encoding.Latin1.GetChars(Wire.Slice(at + 1, Wire[at]), text[written..]);
        }
        return written;
    }

    /// <summary>The same name, whatever the case.</summary>
    public bool Equals(DnsName other) => EqualsIgnoringCase(Wire, other.Wire);

    /// <summary>The same name as <paramref name="suffix"/>, or one below it.</summary>
    public bool IsWithin(DnsName suffix)
    {
        int at = 0;
        while (Wire.Length - at > suffix.Wire.Length)
            at += 1 + Wire[at];
        return EqualsIgnoringCase(Wire[at..], suffix.Wire);
    }

    /// <summary>The labels joined by dots; "." for the root.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[MaxText + 1];
        return IsRoot ? "." : new string(text[..CopyText(text)]);
    }

    internal static bool EqualsIgnoringCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        // Label lengths are below 'A', so folding the whole wire form touches letters only.
        if (left.Length != right.Length)
            return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (Fold(left[i]) != Fold(right[i]))
                return false;
        }
        return true;
    }

    private static byte Fold(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
