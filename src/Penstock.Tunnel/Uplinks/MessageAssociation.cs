using System;
using Penstock.Linux;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Proxies;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Udp;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Tunnel.Uplinks;

/// <summary>Command 05: datagrams as messages on the TCP connection to the proxy, one behind the other.</summary>
/// <remarks>
/// Receiving: whole messages are delivered from where they were received; one that is cut goes on in a buffer of its
/// own length, which the next receive fills first.
/// <code>
///   receive:   | rest of the cut message |   | message | message | mess...
///              '----- _cut, of its size -'   '----- the shard's buffer ---'
/// </code>
/// </remarks>
internal sealed class MessageAssociation(Shard shard, ProxyServer proxy, DatagramBuffers buffers, IAssociationOwner owner)
    : UplinkAssociation(owner, shard.Now), IUplinkOwner
{
    private const int PiecesPerSend = 64;
    private const int LengthPart = 3;

    private SocksStream? _stream;
    private Lease _cut;
    private int _cutHave;
    private int _cutNeed;
    private int _sentOfFirst;

    public override int LargestMessage => UdpInTcpMessage.MaxLength;

    public override bool IsQuiet
    {
        get
        {
            Span<byte> nothing = stackalloc byte[1];
            Span<IoVector> vectors = stackalloc IoVector[1];
            ScatterList pieces = new(vectors);
            pieces.Add(nothing);
            return _stream is { } stream && !_cut.IsHeld && stream.Receive(ref pieces).IsAgain;
        }
    }

    public override void Open()
    {
        _stream = SocksStream.With(shard, proxy, SocksCommand.UdpInTcp, this);
        _stream.Open();
    }

    public void OnUplinkOpened() => Owner.OnAssociationOpened();

    public void OnUplinkFailed(UplinkFailure failure, string reason)
    {
        bool isRefused = _stream!.IsRefused;
        _stream = null;
        Owner.OnAssociationFailed(isRefused, reason);
    }

    public void OnUplinkReadable() => Owner.OnAssociationReadable();

    public void OnUplinkWritable() => Owner.OnAssociationWritable();

    public override bool Flush(ref DatagramQueue queue)
    {
        Span<IoVector> vectors = stackalloc IoVector[PiecesPerSend];
        while (queue.Count > 0)
        {
            GatherList pieces = new(vectors);
            for (int i = 0; i < queue.Count && i < PiecesPerSend; i++)
            {
                ref readonly QueuedDatagram datagram = ref queue[i];
                Span<byte> message = datagram.Message.Span;
                if (!UdpInTcpMessage.TryStamp(message, datagram.HeaderLength))
                {
                    if (i > 0)
                        break;
                    Owner.OnTooLarge(datagram);
                    queue.Drop(1);
                    break;
                }
                pieces.Add(i == 0 ? message[_sentOfFirst..] : message);
            }
            if (pieces.Count == 0)
                continue;
            int offered = pieces.Length;
            SysResult result = _stream!.Send(ref pieces);
            if (!result.IsSuccess && !result.IsAgain)
            {
                End($"the proxy's connection broke: {result.Message}");
                return false;
            }
            int sent = result.IsSuccess ? (int)result.Value : 0;
            DropSent(ref queue, sent);
            if (sent < offered)
                return false;
        }
        return true;
    }

    public override bool Receive()
    {
        Span<IoVector> vectors = stackalloc IoVector[2];
        ScatterList pieces = new(vectors);
        Lease room = buffers.Stream;
        if (_cut.IsHeld)
            pieces.Add(_cut.Span[_cutHave.._cutNeed]);
        pieces.Add(room.Span);
        int offered = pieces.Length;
        SysResult result = _stream!.Receive(ref pieces);
        if (result.IsAgain)
            return false;
        if (!result.IsSuccess || result.Value == 0)
        {
            End(result.IsSuccess ? "the proxy closed the connection" : $"the proxy's connection broke: {result.Message}");
            return false;
        }
        int received = (int)result.Value;
        return Take(room, received) && (received == offered || _stream.EndIsNear);
    }

    public override void Close()
    {
        _stream?.Close(reset: false);
        _stream = null;
        _cut.Release();
        _cut = default;
    }

    private void DropSent(ref DatagramQueue queue, int sent)
    {
        _sentOfFirst += sent;
        while (queue.Count > 0 && _sentOfFirst >= queue[0].Message.Length)
        {
            _sentOfFirst -= queue[0].Message.Length;
            shard.Counters.DatagramsToUplink++;
            shard.Counters.BytesToUplink += queue[0].PayloadLength;
            queue.Drop(1);
        }
    }

    /// <summary>Takes what was received; false when the association has ended.</summary>
    private bool Take(in Lease room, int received)
    {
        if (_cut.IsHeld)
        {
            int part = Math.Min(received, _cutNeed - _cutHave);
            _cutHave += part;
            received -= part;
            if (!GoOn())
                return false;
        }
        int at = 0;
        while (_cut.IsHeld && at < received)
        {
            int part = Math.Min(received - at, _cutNeed - _cutHave);
            room.Span.Slice(at, part).CopyTo(_cut.Span[_cutHave..]);
            _cutHave += part;
            at += part;
            if (!GoOn())
                return false;
        }
        while (at < received)
        {
            Lease rest = room.Slice(at, received - at);
            SocksResult result = UdpInTcpMessage.Parse(rest.Span, out UdpInTcpMessage message);
            if (result.Progress == SocksProgress.Error)
                return Garbled();
            if (!result.IsDone)
                return Keep(rest.Span);
            Deliver(message, rest);
            if (_stream is null)
                return false;
            at += result.Consumed;
        }
        return true;
    }

    /// <summary>Delivers the cut message if it is whole now, or finds room for the length that has become known.</summary>
    private bool GoOn()
    {
        if (_cutHave < _cutNeed)
            return true;
        if (_cutNeed == LengthPart)
        {
            _cutNeed = UdpInTcpMessage.LengthOf(_cut.Span);
            if (_cutNeed <= LengthPart)
                return Garbled();
            return _cutNeed <= _cut.Length || Move();
        }
        SocksResult result = UdpInTcpMessage.Parse(_cut.Span[.._cutNeed], out UdpInTcpMessage message);
        if (!result.IsDone)
            return Garbled();
        Lease whole = _cut;
        _cut = default;
        Deliver(message, whole);
        whole.Release();
        return _stream is not null;
    }

    /// <summary>Keeps the beginning of a message.</summary>
    private bool Keep(ReadOnlySpan<byte> beginning)
    {
        int length = beginning.Length < LengthPart ? LengthPart : UdpInTcpMessage.LengthOf(beginning);
        if (!shard.Pool.TryRent(length, out _cut))
            return WithoutRoom();
        beginning.CopyTo(_cut.Span);
        _cutHave = beginning.Length;
        _cutNeed = length;
        return true;
    }

    private bool Move()
    {
        if (!shard.Pool.TryRent(_cutNeed, out Lease larger))
            return WithoutRoom();
        _cut.Span[.._cutHave].CopyTo(larger.Span);
        _cut.Release();
        _cut = larger;
        return true;
    }

    private void Deliver(UdpInTcpMessage message, in Lease memory) => Owner.OnAnswer(
        new DatagramSource(message.Name, new InetEndpoint(message.Address, message.Port)),
        memory.Slice(message.HeaderLength, message.Payload.Length));

    private bool WithoutRoom()
    {
        shard.Counters.DatagramsWithoutRoom++;
        End("there is no packet memory for a message");
        return false;
    }

    private bool Garbled()
    {
        Owner.OnMalformed();
        End("the proxy's messages make no sense");
        return false;
    }

    private void End(string reason)
    {
        Close();
        Owner.OnAssociationEnded(reason);
    }
}
