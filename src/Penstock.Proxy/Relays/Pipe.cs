using System;
using Penstock.Linux;

namespace Penstock.Proxy.Relays;

/// <summary>One direction of a relay: what one socket receives, the other sends, through one buffer.</summary>
/// <remarks>A buffer is held only while it has text: idle relays hold none.</remarks>
internal sealed class Pipe(Worker worker, StreamEnd from, StreamEnd to)
{
    private const int RoundsATurn = 16;

    private byte[]? _buffer;
    private int _start;
    private int _end;

    internal enum Outcome
    {
        /// <summary>Nothing can be moved until a socket is ready again.</summary>
        Waits,

        /// <summary>The turn is over before the work is.</summary>
        HasMore,

        /// <summary>A socket failed.</summary>
        Failed,
    }

    /// <summary>The FIN has been passed on.</summary>
    internal bool Finished { get; private set; }

    /// <summary>Text that arrived before the relay began.</summary>
    internal void Prime(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        _buffer = worker.RentBuffer();
        text.CopyTo(_buffer);
        _end = text.Length;
    }

    /// <summary>Moves what can be moved.</summary>
    internal Outcome Pump(ref long bytes)
    {
        for (int round = 0; round < RoundsATurn; round++)
        {
            if (_start < _end)
            {
                if (!to.Writable)
                    return Outcome.Waits;
                SysResult sent = to.Socket.Send(_buffer.AsSpan(_start, _end - _start));
                if (!sent.IsSuccess)
                {
                    to.Writable = false;
                    return sent.IsAgain ? Outcome.Waits : Outcome.Failed;
                }
                _start += (int)sent.Value;
                bytes += sent.Value;

                // Less than all: the socket is full, and tells when it is not.
                to.Writable = _start == _end;
                continue;
            }
            if (Finished || !from.Readable)
            {
                Release();
                return Outcome.Waits;
            }
            if (!Fill())
                return Outcome.Failed;
        }
        return Outcome.HasMore;
    }

    internal void Release()
    {
        if (_buffer is null)
            return;
        worker.ReturnBuffer(_buffer);
        _buffer = null;
        _start = _end = 0;
    }

    private bool Fill()
    {
        _buffer ??= worker.RentBuffer();
        SysResult received = from.Socket.Receive(_buffer);
        if (!received.IsSuccess)
        {
            from.Readable = false;
            return received.IsAgain;
        }
        _start = 0;
        _end = (int)received.Value;
        if (_end == 0)
        {
            Finished = true;
            from.Readable = false;
            return to.Socket.ShutdownSend().IsSuccess;
        }

        // Less than there was room for: nothing is left, unless a FIN stands behind it.
        from.Readable = _end == _buffer.Length || from.PeerClosed;
        return true;
    }
}
