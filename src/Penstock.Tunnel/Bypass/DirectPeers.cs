using System.Collections.Generic;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Bypass;

/// <summary>The mapped ends to which one source has sent directly, and which of them an answer belongs to.</summary>
/// <remarks>
/// An answer comes from a real end, address and port. Where one alone stands for it, that is told as the sender. Of
/// several (two names of one machine) it is the one that has waited longest for an answer, and if none waits the one
/// asked last: nothing in the answer says more. Bounded: the one unused for longest gives way, and what still comes for
/// it keeps its real address.
/// </remarks>
internal sealed class DirectPeers
{
    /// <summary>Ends that are remembered.</summary>
    public const int Most = 256;

    private readonly Dictionary<InetEndpoint, DirectPeer> _byAsked = [];
    private readonly Dictionary<InetEndpoint, DirectPeer> _byReal = [];
    private readonly DeadlineList<DirectPeer> _uses = new(-1);
    private long _clock;

    /// <summary>Ends that are known.</summary>
    public int Count => _byAsked.Count;

    /// <summary>What is known of an end; null for nothing.</summary>
    public DirectPeer? Find(in InetEndpoint asked) => _byAsked.Count > 0 && _byAsked.TryGetValue(asked, out DirectPeer? peer) ? peer : null;

    /// <summary>Some mapped end is really this one.</summary>
    public bool IsReal(in InetEndpoint endpoint) => _byReal.Count > 0 && _byReal.ContainsKey(endpoint);

    /// <summary>Remembers an end.</summary>
    /// <param name="asked">As the source knows it.</param>
    /// <param name="name">What it stands for; null for itself.</param>
    /// <param name="host">The name's addresses.</param>
    public DirectPeer Add(in InetEndpoint asked, string? name, ProxyAddress? host)
    {
        if (_byAsked.Count >= Most && _uses.Oldest is { } oldest)
            Forget(oldest.Owner);
        DirectPeer peer = new(asked, name, host);
        _byAsked.Add(asked, peer);
        _uses.Touch(peer.Use, ++_clock);
        return peer;
    }

    /// <summary>A datagram goes to the end, which is there.</summary>
    public void Asks(DirectPeer peer, in InetEndpoint real)
    {
        _uses.Touch(peer.Use, ++_clock);
        if (peer.WaitsSince == 0)
            peer.WaitsSince = _clock;
        if (peer.IsListed && peer.Real == real)
            return;
        Unlist(peer);
        peer.Real = real;
        peer.Next = _byReal.GetValueOrDefault(real);
        peer.IsListed = true;
        _byReal[real] = peer;
    }

    /// <summary>Whom the source is to see as the sender of what came from an end; counts as an answer.</summary>
    public InetEndpoint SenderOf(in InetEndpoint real)
    {
        if (_byReal.Count == 0 || !_byReal.TryGetValue(real, out DirectPeer? best))
            return real;
        for (DirectPeer? other = best.Next; other is not null; other = other.Next)
        {
            if (IsBefore(other, best))
                best = other;
        }
        best.WaitsSince = 0;
        return best.Asked;
    }

    private static bool IsBefore(DirectPeer one, DirectPeer other)
    {
        if (one.WaitsSince == 0 && other.WaitsSince == 0)
            return one.Use.Touched > other.Use.Touched;
        return one.WaitsSince != 0 && (other.WaitsSince == 0 || one.WaitsSince < other.WaitsSince);
    }

    private void Forget(DirectPeer peer)
    {
        Unlist(peer);
        _uses.Remove(peer.Use);
        _byAsked.Remove(peer.Asked);
    }

    private void Unlist(DirectPeer peer)
    {
        if (!peer.IsListed)
            return;
        peer.IsListed = false;
        DirectPeer first = _byReal[peer.Real];
        if (!ReferenceEquals(first, peer))
        {
            while (!ReferenceEquals(first.Next, peer))
                first = first.Next!;
            first.Next = peer.Next;
        }
        else if (peer.Next is { } next)
        {
            _byReal[peer.Real] = next;
        }
        else
        {
            _byReal.Remove(peer.Real);
        }
        peer.Next = null;
    }
}
