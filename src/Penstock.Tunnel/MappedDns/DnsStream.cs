using System;
using System.Buffers.Binary;
using Penstock.Linux;
using Penstock.Stack.Buffers;
using Penstock.Tunnel.Shards;
using Penstock.Tunnel.Uplinks;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.MappedDns;

/// <summary>An uplink that ends here: DNS over TCP to the resolver (RFC 7766), for a session that knows nothing of it.</summary>
/// <remarks>
/// <code>
///   Send ──► | length | query | length | query ...       _queries
///                        │ one at a time: the next query waits until its answer has been taken
///   Receive ◄── | length | answer |                      _answer
/// </code>
/// A query that is no query ends the stream; one about an excluded name is resolved behind the proxy, and those after it wait.
/// Each query is put to the names in force: a reload may have exchanged them since the connection began.
/// </remarks>
internal sealed class DnsStream(Shard shard, InetAddress source, InetEndpoint destination, IUplinkOwner owner)
    : UplinkStream, IResumable, IQueryOwner
{
    private const int QueryRoom = 8192;
    private const int AnswerRoom = 32768;
    private const int LengthPart = 2;

    private Lease _queries;
    private int _have;
    private Lease _answer;
    private ProxiedQuery? _asked;
    private int _answerAt;
    private bool _isOpen;
    private bool _isClosed;
    private bool _isBlocked;
    private bool _noMore;

    // What is left, or the end, is to be received even after a short receive.
    public override bool EndIsNear => _answer.IsHeld || (_noMore && _asked is null);

    public override void Open() => shard.Later(this);

    public void Continue()
    {
        if (_isClosed)
            return;
        if (_isOpen)
        {
            owner.OnUplinkWritable();
            return;
        }
        _isOpen = true;
        owner.OnUplinkOpened();
    }

    public override SysResult Send(ref GatherList pieces)
    {
        if (_noMore)
            return SysResult.Ok(pieces.Length); // nobody reads on after the end
        if (!_queries.IsHeld && !shard.Pool.TryRent(QueryRoom, out _queries))
            return SysResult.Failed(Errno.ENOMEM);
        int taken = pieces.CopyTo(_queries.Span[_have..]);
        _have += taken;
        _isBlocked = taken < pieces.Length;
        AnswerNext();
        return taken > 0 ? SysResult.Ok(taken) : SysResult.Failed(Errno.EAGAIN);
    }

    public override SysResult Receive(ref ScatterList pieces)
    {
        if (!_answer.IsHeld)
            return _noMore && _asked is null ? SysResult.Ok() : SysResult.Failed(Errno.EAGAIN);
        int given = pieces.CopyFrom(_answer.Span[_answerAt..]);
        _answerAt += given;
        if (_answerAt == _answer.Length)
        {
            _answer.Release();
            _answer = default;
            AnswerNext();
            if (_isBlocked)
                shard.Later(this);
        }
        return SysResult.Ok(given);
    }

    public override void ShutdownSend()
    {
        if (!_answer.IsHeld && _asked is null)
            End();
        else
            _noMore = true;
    }

    public override bool AcknowledgeNow() => false;

    public override void Close(bool reset)
    {
        _isClosed = true;
        _asked?.Cancel();
        _asked = null;
        _queries.Release();
        _queries = default;
        _answer.Release();
        _answer = default;
    }

    private void AnswerNext()
    {
        while (!_answer.IsHeld && _asked is null && _have >= LengthPart)
        {
            int length = LengthPart + BinaryPrimitives.ReadUInt16BigEndian(_queries.Span);
            if (length > QueryRoom)
                End();
            if (length > _have)
                return;
            if (shard.Names is not { } names || !shard.Pool.TryRent(AnswerRoom, out Lease answer))
            {
                End();
                return;
            }
            DnsVerdict verdict = names.Answer(
                _queries.Span[LengthPart..length], answer.Span[LengthPart..], overTcp: true, out int answered);
            if (verdict == DnsVerdict.Excluded)
            {
                Span<byte> query = _queries.Span[LengthPart..length];
                _asked = Ask(names, query);
                // For whoever cannot be asked, the answer is that there is none.
                (verdict, answered) = (DnsVerdict.Answered, MappedDnsResolver.WriteFailure(query, answer.Span[LengthPart..]));
            }
            _have -= length;
            _queries.Span.Slice(length, _have).CopyTo(_queries.Span);
            if (_asked is not null)
            {
                answer.Release();
                return;
            }
            if (verdict != DnsVerdict.Answered)
            {
                answer.Release();
                End();
                return;
            }
            shard.Counters.QueriesAnswered++;
            BinaryPrimitives.WriteUInt16BigEndian(answer.Span, (ushort)answered);
            _answer = answer.Slice(0, LengthPart + answered);
            _answerAt = 0;
            owner.OnUplinkReadable();
        }
    }

    public void OnResolved(ReadOnlySpan<byte> query, Span<byte> answer) => Give(answer);

    public void OnUnresolved(ReadOnlySpan<byte> query)
    {
        Span<byte> failure = stackalloc byte[MappedDnsResolver.FailureRoom(QueryRoom)];
        Give(failure[..MappedDnsResolver.WriteFailure(query, failure)]);
    }

    private ProxiedQuery? Ask(MappedDnsResolver names, ReadOnlySpan<byte> query) =>
        names.TryServerFor(destination, out InetEndpoint server) ? shard.Queries.Ask(query, source, server, this) : null;

    private void Give(ReadOnlySpan<byte> answer)
    {
        _asked = null;
        if (!shard.Pool.TryRent(LengthPart + answer.Length, out _answer))
        {
            End();
            return;
        }
        shard.Counters.QueriesAnswered++;
        BinaryPrimitives.WriteUInt16BigEndian(_answer.Span, (ushort)answer.Length);
        answer.CopyTo(_answer.Span[LengthPart..]);
        _answerAt = 0;
        owner.OnUplinkReadable();
    }

    private void End()
    {
        _noMore = true;
        owner.OnUplinkReadable();
    }
}
