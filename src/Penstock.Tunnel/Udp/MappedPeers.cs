using System;
using System.Text;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Udp;

/// <summary>The mapped addresses that one source has sent to, and which of them an answer belongs to.</summary>
/// <remarks>
/// The app knows a name by its mapped address; the proxy answers with the real one, which it never tells. An answer
/// is delivered from the mapped address
/// <list type="number">
/// <item>whose name the proxy names;</item>
/// <item>whose answers came from the same real endpoint before;</item>
/// <item>of the same port that has waited longest for an answer.</item>
/// </list>
/// Whatever fits none, or was sent to directly, keeps its own address (full cone).
/// </remarks>
internal sealed class MappedPeers
{
    private const int MostPeers = 64;
    private const int MostDirect = 16;

    private readonly InetEndpoint[] _direct = new InetEndpoint[MostDirect];
    private Peer[] _peers = new Peer[2];
    private int _count;
    private int _directCount;
    private long _clock;

    private struct Peer
    {
        public InetEndpoint Asked;
        public SocksDestination Target;
        public InetEndpoint Answers;
        public bool HasAnswered;
        public long WaitsSince;
        public long LastUse;
    }

    /// <summary>The name that a mapped address stood for when this source first sent to it; counts as a question.</summary>
    public bool TryTarget(in InetEndpoint asked, out SocksDestination target)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_peers[i].Asked != asked)
                continue;
            Use(ref _peers[i]);
            target = _peers[i].Target;
            return true;
        }
        target = default;
        return false;
    }

    /// <summary>Remembers a mapped address; the one unused for longest gives way.</summary>
    public void Add(in InetEndpoint asked, in SocksDestination target)
    {
        int place = _count;
        if (_count == MostPeers)
        {
            place = 0;
            for (int i = 1; i < _count; i++)
            {
                if (_peers[i].LastUse < _peers[place].LastUse)
                    place = i;
            }
        }
        else
        {
            if (_count == _peers.Length)
                Array.Resize(ref _peers, _count * 2);
            _count++;
        }
        _peers[place] = new Peer { Asked = asked, Target = target };
        Use(ref _peers[place]);
    }

    /// <summary>Remembers an address that is none of the mapped ones.</summary>
    public void AddDirect(in InetEndpoint destination)
    {
        if (IsDirect(destination))
            return;
        _direct[_directCount++ % MostDirect] = destination;
    }

    /// <summary>The mapped address that an answer belongs to.</summary>
    public bool TrySource(DatagramSource source, out InetEndpoint asked)
    {
        int found = source.Name.IsEmpty ? ByAddress(source.Endpoint) : ByName(source.Name, source.Endpoint.Port);
        asked = found < 0 ? default : _peers[found].Asked;
        if (found >= 0)
            _peers[found].WaitsSince = 0;
        return found >= 0;
    }

    private void Use(ref Peer peer)
    {
        peer.LastUse = ++_clock;
        if (peer.WaitsSince == 0)
            peer.WaitsSince = _clock;
    }

    private int ByName(ReadOnlySpan<byte> name, ushort port)
    {
        for (int i = 0; i < _count; i++)
        {
            ref Peer peer = ref _peers[i];
            if (peer.Asked.Port == port && Ascii.EqualsIgnoreCase(name, peer.Target.Name))
                return i;
        }
        return -1;
    }

    private int ByAddress(in InetEndpoint real)
    {
        if (IsDirect(real))
            return -1;
        int waiting = -1;
        for (int i = 0; i < _count; i++)
        {
            ref Peer peer = ref _peers[i];
            if (peer.Asked.Port != real.Port)
                continue;
            if (peer.HasAnswered && peer.Answers == real)
                return i;
            if (peer.WaitsSince != 0 && (waiting < 0 || peer.WaitsSince < _peers[waiting].WaitsSince))
                waiting = i;
        }
        if (waiting >= 0)
        {
            _peers[waiting].HasAnswered = true;
            _peers[waiting].Answers = real;
        }
        return waiting;
    }

    private bool IsDirect(in InetEndpoint destination) =>
        Array.IndexOf(_direct, destination, 0, Math.Min(_directCount, MostDirect)) >= 0;
}
