using System;
using System.Collections.Generic;
using Penstock.Simulation.Peer;
using Penstock.Simulation.Plans;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;

namespace Penstock.Simulation.Uplink;

/// <summary>The uplink's end of a flow: takes text in bites, hands text over in pieces, and checks every byte twice.</summary>
/// <remarks>Text is checked when it is delivered and again when it is used up: a buffer that was given back too early shows.</remarks>
public sealed class UplinkFlow(World world, ModelPeer peer, Dice dice)
{
    private const int SmallText = 8192; // as the shards do: small text joins what is queued

    private readonly Queue<Lease> _held = new();
    private int _frontUsed;
    private TcpConnection? _connection;
    private bool _isDraining;
    private bool _isSending;
    private bool _mayFinish;
    private bool _hasGivenUp;

    /// <summary>The app's end.</summary>
    public ModelPeer Peer { get; } = peer;

    /// <summary>Bytes delivered by the stack.</summary>
    public long Delivered { get; private set; }

    /// <summary>Bytes used up.</summary>
    public long Taken { get; private set; }

    /// <summary>Bytes given to the stack.</summary>
    public long Sent { get; private set; }

    /// <summary>The app's FIN was told.</summary>
    public bool HasFin { get; private set; }

    /// <summary>The stack was told to send FIN.</summary>
    public bool IsShutdown { get; private set; }

    /// <summary>Rolls whether there is memory for a text.</summary>
    public bool IsWithoutMemory => dice.Chance(Plan.TextRefused);

    /// <summary>The handshake was completed.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>How the stack said that it ended; null before.</summary>
    public TcpEnd? End { get; private set; }

    /// <summary>The host has refused or aborted: no end will be told.</summary>
    public bool IsForgotten { get; private set; }

    /// <summary>The stack will say no more about the flow.</summary>
    public bool IsEnded => End is not null || IsForgotten;

    /// <summary>True when nothing more is to happen.</summary>
    public bool IsOver => IsEnded && _held.Count == 0;

    /// <summary>The link ate everything that mattered until one side gave up as it should.</summary>
    public bool IsUnlucky => world.Plan.IsLossy && (_hasGivenUp || (!IsEstablished
        && (End == TcpEnd.TimedOut || (Peer.HasGivenUp && _connection is null && !IsForgotten))));

    /// <summary>The connection of the flow, while there is one.</summary>
    public TcpConnection? Connection => _connection;

    private FlowPlan Plan => Peer.Plan;

    /// <summary>The number that the stack expects next from the app.</summary>
    public uint NextFromApp => Plan.Iss + 1 + (uint)Delivered + (HasFin ? 1u : 0);

    /// <summary>A SYN has come: what the proxy answers, and when.</summary>
    public void Opening(TcpConnection connection)
    {
        _connection = connection;
        if (Plan.AnswerDelay == 0)
            Answer(connection);
        else
            world.Events.After(Plan.AnswerDelay, () => Answer(connection));
    }

    /// <summary>The handshake is complete.</summary>
    public void Established()
    {
        if (IsEstablished)
            world.Fail($"flow {Peer.Number}: established twice");
        IsEstablished = true;
        if (!Plan.AnswersAtEnd)
            StartSending();
    }

    /// <summary>Text in order, whose lease is now this end's.</summary>
    public void Text(in Lease text)
    {
        int wrong = Peer.Upload.Mismatch(Delivered, text.Span);
        if (wrong >= 0)
            world.Fail($"flow {Peer.Number}: byte {Delivered + wrong} of the upload is not what the app sent");
        if (HasFin)
            world.Fail($"flow {Peer.Number}: text after FIN");
        Delivered += text.Length;
        if (world.Defect.LeaksText)
            text.Share();
        _held.Enqueue(text);
        if (world.Defect.ReleasesTextEarly)
            text.Release();
        world.Police.OnDeliveredToHost(this);
        Drain();
    }

    /// <summary>The app's FIN.</summary>
    public void Fin()
    {
        if (HasFin)
            world.Fail($"flow {Peer.Number}: FIN told twice");
        if (Delivered != Peer.Upload.Length)
            world.Fail($"flow {Peer.Number}: FIN after {Delivered} of {Peer.Upload.Length} bytes");
        HasFin = true;
        if (Plan.AnswersAtEnd && _held.Count == 0)
            StartSending();
        FinishIfDone();
    }

    /// <summary>The stack has space.</summary>
    public void Space() => SendMore();

    /// <summary>The stack says that it is over.</summary>
    public void Ended(TcpEnd end)
    {
        if (End is not null)
            world.Fail($"flow {Peer.Number}: its end was told twice");
        End = end;
        _hasGivenUp = end == TcpEnd.TimedOut && world.Police.TimeWithoutProgress(Peer) >= 95_000_000;
        _connection = null;
        world.Trace($"flow {Peer.Number}: the uplink's end is {end}");
    }

    /// <summary>What must hold when all is over.</summary>
    public void CheckEnd()
    {
        string where = $"flow {Peer.Number} ({Plan.Ending})";
        if (IsUnlucky)
            return;
        switch (Plan.Ending)
        {
            case FlowEnding.Orderly:
                Require(Peer.End == PeerEnd.Closed, $"{where}: the app's end is {Peer.End}");
                Require(End == TcpEnd.Closed, $"{where}: the uplink's end is {End}");
                Require(Peer.ReceivedText == Peer.Download.Length && Peer.HasFin, $"{where}: the app received {Peer.ReceivedText} of {Peer.Download.Length}, FIN {Peer.HasFin}");
                Require(Delivered == Peer.Upload.Length && HasFin, $"{where}: the uplink received {Delivered} of {Peer.Upload.Length}, FIN {HasFin}");
                break;
            case FlowEnding.AppAborts:
                Require(Peer.End == PeerEnd.Aborted || (Peer.End == PeerEnd.Closed && End == TcpEnd.Closed), $"{where}: the app's end is {Peer.End}");
                Require(End is TcpEnd.PeerReset or TcpEnd.TimedOut || (End == TcpEnd.Closed && HasFin), $"{where}: the uplink's end is {End}");
                break;
            case FlowEnding.UplinkAborts:
                Require(Peer.End == PeerEnd.Reset && IsForgotten, $"{where}: the app's end is {Peer.End}");
                Require(End is null, $"{where}: an end was told after the abort: {End}");
                break;
            case FlowEnding.Refused:
                Require(Peer.End == PeerEnd.Reset && !IsEstablished, $"{where}: the app's end is {Peer.End}");
                break;
            case FlowEnding.Unreachable:
                Require(Peer.End == PeerEnd.Unreachable && !IsEstablished, $"{where}: the app's end is {Peer.End}");
                break;
        }
        Require(_held.Count == 0, $"{where}: the uplink still holds text");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"uplink end {End?.ToString() ?? (IsForgotten ? "forgotten" : "none")} in {_connection?.Status}, delivered {Delivered} of {Peer.Upload.Length}, "
        + $"taken {Taken}, sent {Sent} of {Peer.Download.Length}, FIN {HasFin}, shut down {IsShutdown}, "
        + $"space {_connection?.SendSpace}, unacknowledged {_connection?.Unacknowledged}";

    private void Answer(TcpConnection connection)
    {
        if (_connection != connection)
            return;
        world.Device.Touch();
        switch (Plan.Ending)
        {
            case FlowEnding.Refused:
                Forget();
                connection.Refuse();
                break;
            case FlowEnding.Unreachable:
                Forget();
                connection.RefuseUnreachable(codeV4: 1, codeV6: 3);
                break;
            default:
                connection.Accept();
                break;
        }
    }

    private void Forget()
    {
        IsForgotten = true;
        _connection = null;
    }

    private void Drain()
    {
        if (_isDraining)
            return;
        if (Plan.UplinkPause == 0)
        {
            while (_held.Count > 0)
                Bite();
            AfterDrain();
            return;
        }
        _isDraining = true;
        long pause = dice.Chance(Plan.UplinkStall) ? 2_000_000 : Plan.UplinkPause;
        world.Events.After(pause, () =>
        {
            _isDraining = false;
            Bite();
            if (_held.Count > 0)
                Drain();
            else
                AfterDrain();
        });
    }

    /// <summary>Uses up a bite of the text that is held: what a socket with little room takes.</summary>
    private void Bite()
    {
        int bite = 0;
        while (_held.Count > 0 && bite < Plan.UplinkChunk)
        {
            Lease front = _held.Peek();
            int taken = Math.Min(front.Length - _frontUsed, Plan.UplinkChunk - bite);
            int wrong = Peer.Upload.Mismatch(Taken, front.Span.Slice(_frontUsed, taken));
            if (wrong >= 0)
                world.Fail($"flow {Peer.Number}: byte {Taken + wrong} of the upload was overwritten while the uplink held it");
            bite += taken;
            Taken += taken;
            _frontUsed += taken;
            if (_frontUsed == front.Length)
            {
                GiveBack(_held.Dequeue());
                _frontUsed = 0;
            }
        }
        world.Device.Touch();
        if (_connection is null || bite == 0)
            return;
        int told = world.Defect.Consumed(bite);
        if (told > 0)
            _connection.Consume(told);
        if (Plan.Ending == FlowEnding.UplinkAborts && Taken > Plan.AbortAfter)
            Abort();
    }

    private void AfterDrain()
    {
        if (HasFin && Plan.AnswersAtEnd)
            StartSending();
        if (Plan.Ending == FlowEnding.UplinkAborts && Taken >= Peer.Upload.Length)
            Abort();
    }

    private void Abort()
    {
        if (_connection is not { } connection)
            return;
        Forget();
        connection.Abort();
        while (_held.Count > 0)
            GiveBack(_held.Dequeue());
        _frontUsed = 0;
    }

    private void StartSending()
    {
        _mayFinish = true;
        SendMore();
    }

    private void SendMore()
    {
        if (!_mayFinish || _isSending || _connection is null || IsShutdown)
            return;
        if (Plan.SendPause == 0)
        {
            // A host that sends from within an event is called back from within the call at most once.
            _isSending = true;
            while (SendPiece())
            {
            }
            _isSending = false;
            FinishIfDone();
            return;
        }
        _isSending = true;
        world.Events.After(Plan.SendPause, () =>
        {
            _isSending = false;
            bool went = SendPiece();
            FinishIfDone();
            if (went)
                SendMore();
        });
    }

    private bool SendPiece()
    {
        if (_connection is not { } connection || Sent == Peer.Download.Length)
            return false;
        int length = (int)Math.Min(Math.Min(connection.SendSpace, Plan.SendChunk), Math.Min(BufferPool.Largest, Peer.Download.Length - Sent));
        if (length <= 0)
            return false;
        if (!world.Device.Pool.TryRent(length, out Lease lease))
        {
            world.Events.After(1000, SendMore); // at the memory budget: the proxy's socket is read later
            return false;
        }
        Peer.Download.Fill(Sent, lease.Span);
        Sent += length;
        if (length <= SmallText && connection.TryJoin(lease.Span))
            lease.Release();
        else
            connection.Send(lease);
        world.Device.Touch();
        if (Plan.Ending == FlowEnding.UplinkAborts && Sent > Plan.AbortAfter && Plan.AnswersAtEnd)
            Abort();
        return true;
    }

    private void FinishIfDone()
    {
        if (!_mayFinish || IsShutdown || _connection is null || Sent < Peer.Download.Length)
            return;
        if (Plan.Ending == FlowEnding.UplinkAborts)
        {
            Abort();
            return;
        }
        IsShutdown = true;
        world.Device.Touch();
        _connection.ShutdownSend();
    }

    private void GiveBack(in Lease lease)
    {
        if (!world.Defect.ReleasesTextEarly)
            lease.Release();
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
            world.Fail(otherwise);
    }
}
