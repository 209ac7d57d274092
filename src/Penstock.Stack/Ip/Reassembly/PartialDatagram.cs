using System;
using System.Buffers.Binary;
using Penstock.Stack.Buffers;
using Penstock.Wire.Checksum;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Ip.Reassembly;

/// <summary>A datagram of which some fragments are there.</summary>
/// <remarks>
/// <code>
///   buffer   | ... free | first header |#########|         |####|     |
///            0                         ^ HeadRoom                     grows to the largest size that is needed
///   ranges                             [start,end)         [start,end)     sorted, disjoint
/// </code>
/// Objects are used again; a datagram that is given up keeps its place without a buffer, so that what is still to come
/// of it is dropped as well (RFC 5722 section 4).
/// </remarks>
internal sealed class PartialDatagram
{
    // 65 535 bytes in pieces of the IPv4 minimum that RFC 791 (3.2) lets every host receive make 120.
    private const int MostFragments = 256;
    private const int HeadRoom = 512;
    private const int MaxPayload = 65535;

    private int[] _starts = new int[16];
    private int[] _ends = new int[16];
    private int _count;
    private int _received;
    private int _total;
    private int _headerLength;
    private IpPacket _first;
    private bool _isCongested;
    private Lease _buffer;

    public FragmentKey Key { get; private set; }

    public long Deadline { get; private set; }

    /// <summary>Given up: whatever comes is dropped.</summary>
    public bool IsPoisoned { get; private set; }

    /// <summary>No fragment's checksum needs a check.</summary>
    public bool IsTrusted { get; private set; }

    /// <summary>Bytes of packet memory that it keeps.</summary>
    public int Pinned => _buffer.Pinned;

    public void Begin(FragmentKey key, long deadline)
    {
        Key = key;
        Deadline = deadline;
        IsPoisoned = false;
        IsTrusted = true;
        _isCongested = false;
        _count = _received = _headerLength = 0;
        _total = -1;
        _buffer = default;
    }

    /// <summary>Gives the memory back.</summary>
    public void End()
    {
        _buffer.Release();
        _buffer = default;
    }

    /// <summary>Takes a fragment's bytes.</summary>
    public FragmentOutcome Add(in IpPacket ip, ReadOnlySpan<byte> packet, bool trusted, BufferPool pool)
    {
        FragmentOutcome outcome = Place(ip, packet, trusted, pool);
        if (outcome is FragmentOutcome.Overlap or FragmentOutcome.Bad or FragmentOutcome.NoMemory)
        {
            IsPoisoned = true;
            End();
        }
        return outcome;
    }

    /// <summary>The first fragment as it came, cut to what has been received without a gap, for an ICMP error.</summary>
    public bool TryQuote(out IpPacket ip, out ReadOnlySpan<byte> packet)
    {
        ip = _first;
        packet = default;
        if (_headerLength == 0 || IsPoisoned)
            return false;
        packet = _buffer.Span.Slice(HeadRoom - _headerLength, _headerLength + _ends[0]);
        return true;
    }

    /// <summary>Hands out the whole packet: its header says so, and its lease passes to the caller.</summary>
    public Lease Complete(out IpPacket ip)
    {
        Lease whole = _buffer;
        _buffer = default;
        whole = whole.Slice(HeadRoom - _headerLength, _headerLength + _total);
        Span<byte> bytes = whole.Span;
        if (_first.IsV6)
            BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)(whole.Length - Ipv6Header.FixedLength));
        else
            CompleteV4(bytes[.._headerLength], whole.Length);
        // The header was read once already, so that this cannot fail but for a chain that goes on behind the fragment header.
        if (!IpPacket.TryParse(bytes, out ip))
            ip = default;
        return whole;
    }

    private FragmentOutcome Place(in IpPacket ip, ReadOnlySpan<byte> packet, bool trusted, BufferPool pool)
    {
        int dataAt = ip.IsV6 ? ip.FragmentHeaderOffset + 8 : ip.PayloadOffset;
        ReadOnlySpan<byte> data = packet[dataAt..ip.Length];
        int start = ip.FragmentOffset;
        int end = start + data.Length;
        int header = ip.IsV6 ? ip.FragmentHeaderOffset : ip.PayloadOffset;
        // Lengths that no whole datagram has: RFC 8200 (4.5), and RFC 791's limit with the header in it.
        if (data.IsEmpty || (ip.MoreFragments && data.Length % 8 != 0) || header > HeadRoom
            || end > MaxPayload - (ip.IsV6 ? header - Ipv6Header.FixedLength : header))
        {
            return FragmentOutcome.Bad;
        }

        int at = _count;
        while (at > 0 && _starts[at - 1] >= start)
            at--;
        if (at < _count && _starts[at] == start && _ends[at] == end)
        {
            return data.SequenceEqual(_buffer.Span.Slice(HeadRoom + start, data.Length))
                ? FragmentOutcome.Duplicate
                : FragmentOutcome.Overlap;
        }
        if ((at > 0 && _ends[at - 1] > start) || (at < _count && _starts[at] < end))
            return FragmentOutcome.Overlap;
        bool isLast = !ip.MoreFragments;
        if (_count == MostFragments || (_total >= 0 && (isLast || end > _total)) || (isLast && at < _count))
            return FragmentOutcome.Bad;

        if (!TryGrow(end, isLast, pool))
            return FragmentOutcome.NoMemory;
        data.CopyTo(_buffer.Span[(HeadRoom + start)..]);
        Insert(at, start, end);
        _received += data.Length;
        IsTrusted &= trusted;
        _isCongested |= ip.Ecn == 3;
        if (isLast)
            _total = end;
        if (start == 0)
            KeepHeader(ip, packet[..header], packet);
        return _received == _total && _headerLength != 0 ? FragmentOutcome.Complete : FragmentOutcome.Kept;
    }

    private void Insert(int at, int start, int end)
    {
        if (_count == _starts.Length)
        {
            Array.Resize(ref _starts, _count * 2);
            Array.Resize(ref _ends, _count * 2);
        }
        Array.Copy(_starts, at, _starts, at + 1, _count - at);
        Array.Copy(_ends, at, _ends, at + 1, _count - at);
        _starts[at] = start;
        _ends[at] = end;
        _count++;
    }

    // The last fragment tells the size; before it, sizes are tried upwards.
    private bool TryGrow(int end, bool isLast, BufferPool pool)
    {
        int needed = HeadRoom + end;
        if (needed <= _buffer.Length)
            return true;
        int size = isLast ? needed : needed switch
        {
            <= 2048 => 2048,
            <= 8192 => 8192,
            <= 32768 => 32768,
            _ => HeadRoom + MaxPayload,
        };
        if (!pool.TryRent(size, out Lease larger))
            return false;
        _buffer.Span.CopyTo(larger.Span);
        _buffer.Release();
        _buffer = larger;
        return true;
    }

    private void KeepHeader(in IpPacket ip, ReadOnlySpan<byte> header, ReadOnlySpan<byte> packet)
    {
        _first = ip;
        _headerLength = header.Length;
        Span<byte> kept = _buffer.Span.Slice(HeadRoom - header.Length, header.Length);
        header.CopyTo(kept);
        if (!ip.IsV6)
            return;
        // The header before the fragment header names what follows it now, RFC 8200 (4.5).
        int nameAt = 6;
        for (int offset = Ipv6Header.FixedLength; offset < header.Length; offset += 8 + 8 * header[offset + 1])
            nameAt = offset;
        kept[nameAt] = packet[header.Length];
    }

    private void CompleteV4(Span<byte> header, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)length);
        header[6..8].Clear();
        if (_isCongested)
            header[1] |= 3; // RFC 3168 (5.3): a mark on one fragment is a mark on the whole
        header[10..12].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Finish(InternetChecksum.Add(0, header)));
    }
}
