using System;
using System.Collections.Generic;
using Penstock.Stack.Buffers;
using Penstock.Stack.Icmp;
using Penstock.Wire.Icmp;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Ip.Reassembly;

/// <summary>Puts fragments together, within bounds of datagrams, bytes and time.</summary>
/// <remarks>
/// At a bound the oldest datagram gives way, so that a flood of first fragments cannot stop others for longer than its
/// own rate. Datagrams are few: they are found by looking through them. Single-threaded.
/// </remarks>
internal sealed class Reassembler(IpOptions options, BufferPool pool, IcmpErrorSender errors, IpCounters counters)
{
    private readonly List<PartialDatagram> _partial = []; // oldest first
    private readonly Stack<PartialDatagram> _spare = [];
    private int _pinned;

    /// <summary>When <see cref="Expire"/> is wanted next; <see cref="long.MaxValue"/> when nothing waits.</summary>
    public long NextDeadline { get; private set; } = long.MaxValue;

    /// <summary>Datagrams that wait for fragments, those given up included.</summary>
    public int Count => _partial.Count;

    /// <summary>Takes a fragment.</summary>
    /// <param name="ip">What its header says.</param>
    /// <param name="packet">The packet; its bytes are copied.</param>
    /// <param name="trusted">Its checksum needs no check.</param>
    /// <param name="now">The time.</param>
    /// <param name="whole">The datagram, when this was its last missing fragment; the caller releases it.</param>
    /// <param name="wholeIp">What its header says.</param>
    /// <param name="wholeTrusted">No fragment needs a check.</param>
    public bool TryComplete(
        in IpPacket ip, ReadOnlySpan<byte> packet, bool trusted, long now,
        out Lease whole, out IpPacket wholeIp, out bool wholeTrusted)
    {
        whole = default;
        wholeIp = default;
        wholeTrusted = false;
        PartialDatagram datagram = Find(FragmentKey.Of(ip)) ?? Begin(ip, now);
        if (datagram.IsPoisoned)
        {
            counters.Count(IpDrop.BadFragment);
            return false;
        }
        int before = datagram.Pinned;
        FragmentOutcome outcome = datagram.Add(ip, packet, trusted, pool);
        _pinned += datagram.Pinned - before;
        switch (outcome)
        {
            case FragmentOutcome.Complete:
                _pinned -= datagram.Pinned;
                wholeTrusted = datagram.IsTrusted;
                whole = datagram.Complete(out wholeIp);
                Remove(_partial.IndexOf(datagram));
                counters.Reassembled++;
                return true;
            case FragmentOutcome.Kept:
                MakeRoom(datagram);
                break;
            default:
                counters.Count(ReasonOf(outcome));
                break;
        }
        return false;
    }

    /// <summary>Gives up what is overdue; who sent a first fragment is told, RFC 1122 (3.3.2), RFC 8200 (4.5).</summary>
    public void Expire(long now)
    {
        if (now < NextDeadline)
            return;
        for (int i = _partial.Count - 1; i >= 0; i--)
        {
            PartialDatagram datagram = _partial[i];
            if (datagram.Deadline > now)
                continue;
            if (!datagram.IsPoisoned)
                counters.Count(IpDrop.ReassemblyTimeout);
            if (datagram.TryQuote(out IpPacket ip, out ReadOnlySpan<byte> packet))
                errors.Answer(ip, packet, IcmpError.ReassemblyExceeded, now);
            Drop(i);
        }
    }

    private PartialDatagram? Find(FragmentKey key)
    {
        foreach (PartialDatagram datagram in _partial)
        {
            if (datagram.Key == key)
                return datagram;
        }
        return null;
    }

    private PartialDatagram Begin(in IpPacket ip, long now)
    {
        if (_partial.Count >= options.MaxPartialDatagrams)
            GiveWay(0);
        PartialDatagram datagram = _spare.TryPop(out PartialDatagram? spare) ? spare : new PartialDatagram();
        long deadline = now + (ip.IsV6 ? options.ReassemblyTimeV6 : options.ReassemblyTimeV4);
        datagram.Begin(FragmentKey.Of(ip), deadline);
        _partial.Add(datagram);
        NextDeadline = Math.Min(NextDeadline, deadline);
        return datagram;
    }

    private void MakeRoom(PartialDatagram newest)
    {
        for (int i = 0; _pinned > options.MaxPartialBytes && i < _partial.Count;)
        {
            if (_partial[i] == newest || _partial[i].Pinned == 0)
                i++;
            else
                GiveWay(i);
        }
    }

    private void GiveWay(int index)
    {
        counters.Count(IpDrop.ReassemblyFull);
        Drop(index);
    }

    private void Drop(int index)
    {
        _pinned -= _partial[index].Pinned;
        _partial[index].End();
        Remove(index);
    }

    private void Remove(int index)
    {
        _spare.Push(_partial[index]);
        _partial.RemoveAt(index);
        NextDeadline = long.MaxValue;
        foreach (PartialDatagram datagram in _partial)
            NextDeadline = Math.Min(NextDeadline, datagram.Deadline);
    }

    private static IpDrop ReasonOf(FragmentOutcome outcome) => outcome switch
    {
        FragmentOutcome.Duplicate => IpDrop.DuplicateFragment,
        FragmentOutcome.Overlap => IpDrop.OverlappingFragments,
        FragmentOutcome.NoMemory => IpDrop.NoMemory,
        _ => IpDrop.BadFragment,
    };
}
