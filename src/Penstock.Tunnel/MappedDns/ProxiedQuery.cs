using System;
using System.Buffers.Binary;
using Penstock.Linux;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Dns;

namespace Penstock.Tunnel.MappedDns;

/// <summary>One query to a DNS server behind the proxy, over a TCP connection of its own (RFC 7766).</summary>
/// <remarks>
/// <code>
///   connect through the proxy ──► | length | query |
///                             ◄── | length | answer |   in any pieces
/// </code>
/// </remarks>
internal sealed class ProxiedQuery : IUplinkOwner
{
    public const int LengthPart = 2;
    private const int Room = BufferPool.Largest;

    private readonly ProxiedQueries _all;
    private readonly IQueryOwner _owner;
    private readonly Lease _query;
    private UplinkStream? _stream;
    private Lease _answer;
    private int _have;

    /// <param name="all">Told when it is over.</param>
    /// <param name="query">The length and the message; this owns the lease.</param>
    /// <param name="owner">Told of the outcome, once, unless it is cancelled.</param>
    public ProxiedQuery(ProxiedQueries all, in Lease query, IQueryOwner owner)
    {
        _all = all;
        _query = query;
        _owner = owner;
        Age = new DeadlineNode<ProxiedQuery>(this);
    }

    /// <summary>Place in the order of the beginnings.</summary>
    public DeadlineNode<ProxiedQuery> Age { get; }

    private Span<byte> Message => _query.Span[LengthPart..];

    public void Open(UplinkStream stream)
    {
        _stream = stream;
        stream.Open();
    }

    public void OnUplinkOpened()
    {
        Span<IoVector> vectors = stackalloc IoVector[1];
        GatherList pieces = new(vectors);
        pieces.Add(_query.Span);
        SysResult sent = _stream!.Send(ref pieces);
        // A fresh connection takes far more than a query.
        if (!sent.IsSuccess || sent.Value < _query.Length)
            Fail();
        else
            OnUplinkReadable();
    }

    public void OnUplinkFailed(UplinkFailure failure, string reason)
    {
        _stream = null;
        Fail();
    }

    public void OnUplinkReadable()
    {
        if (!_answer.IsHeld && !_all.Pool.TryRent(Room, out _answer))
        {
            Fail();
            return;
        }
        Span<IoVector> vectors = stackalloc IoVector[1];
        while (_stream is { } stream)
        {
            ScatterList pieces = new(vectors);
            pieces.Add(_answer.Span[_have..]);
            SysResult received = stream.Receive(ref pieces);
            if (received.IsAgain)
                return;
            if (!received.IsSuccess || received.Value == 0)
            {
                Fail();
                return;
            }
            _have += (int)received.Value;
            if (_have >= LengthPart && _have >= LengthPart + BinaryPrimitives.ReadUInt16BigEndian(_answer.Span))
                Finish();
        }
    }

    public void OnUplinkWritable()
    {
    }

    /// <summary>Ends without a word to the owner.</summary>
    public void Cancel()
    {
        _all.Forget(this);
        _stream?.Close(reset: false);
        _stream = null;
        _query.Release();
        _answer.Release();
        _answer = default;
    }

    /// <summary>It takes too long, or cannot be.</summary>
    public void Fail() => End(default);

    private void Finish()
    {
        Span<byte> answer = _answer.Span.Slice(LengthPart, BinaryPrimitives.ReadUInt16BigEndian(_answer.Span));
        bool isAnswer = DnsHeader.TryRead(answer, out DnsHeader header) && header.IsResponse
            && header.Id == BinaryPrimitives.ReadUInt16BigEndian(Message);
        End(isAnswer ? answer : default);
    }

    private void End(Span<byte> answer)
    {
        if (Age.List is null)
            return;
        _all.Forget(this);
        _stream?.Close(reset: false);
        _stream = null;
        if (answer.IsEmpty)
            _owner.OnUnresolved(Message);
        else
            _owner.OnResolved(Message, answer);
        _query.Release();
        _answer.Release();
        _answer = default;
    }
}
