using System;
using System.Collections.Generic;
using Penstock.Linux;
using Penstock.Wire.Ip;
using Penstock.Wire.Socks5;

namespace Penstock.Proxy.Relays;

/// <summary>A granted command 05: datagrams as messages on the client's TCP connection.</summary>
/// <remarks>
/// A client that reads too slowly makes the destinations' datagrams wait in their sockets, where the kernel drops what
/// does not fit; the connection itself never loses a message, so that what one call has received makes itself room.
/// </remarks>
internal sealed class MessageRelay : IRunnable, ITimed, IDatagramSink, IDisposable
{
    private const int ReadsATurn = 16;
    private const int UsualOutput = 2 * UdpInTcpMessage.MaxLength;

    private readonly Worker _worker;
    private readonly StreamEnd _client;
    private readonly OutboundDatagrams _outbound;
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(UdpInTcpMessage.MaxLength, pinned: true);
    private byte[] _output = GC.AllocateUninitializedArray<byte>(UsualOutput);
    private int _inputLength;
    private int _outputStart;
    private int _outputEnd;
    private bool _closed;

    internal MessageRelay(Worker worker, StreamEnd client, ReadOnlySpan<byte> early)
    {
        _worker = worker;
        _client = client;
        _outbound = new OutboundDatagrams(worker, this);
        early.CopyTo(_input);
        _inputLength = early.Length;
        Since = worker.Now;
        client.Owner = this;
        worker.Adopt(this);
        worker.Idles.Add(this);
        worker.Counters.Associated++;
    }

    public long Since { get; private set; }

    public LinkedListNode<ITimed>? Place { get; set; }

    public bool HasRoom => UsualOutput - _outputEnd >= UdpInTcpMessage.MaxLength;

    public void Run()
    {
        if (_closed)
            return;
        Renew();
        Flush();
        for (int i = 0; !_closed && TakeMessages() && _client.Readable; i++)
        {
            if (i == ReadsATurn)
            {
                _worker.Defer(this);
                return;
            }
            Span<byte> room = _input.AsSpan(_inputLength);
            SysResult received = _client.Socket.Receive(room);
            if (received.IsAgain)
            {
                _client.Readable = false;
            }
            else if (received.Value <= 0)
            {
                Dispose();
            }
            else
            {
                _inputLength += (int)received.Value;
                _client.Readable = received.Value == room.Length || _client.PeerClosed;
            }
        }
    }

    public void OnDatagram(in InetEndpoint from, ReadOnlyMemory<byte> datagram)
    {
        if (_output.Length - _outputEnd < UdpInTcpMessage.MaxHeader + datagram.Length && !TryMakeRoom(UdpInTcpMessage.MaxHeader + datagram.Length))
            return;
        var source = new SocksDestination(from.Address, from.Port);
        if (!UdpInTcpMessage.TryWriteHeader(_output.AsSpan(_outputEnd), source, datagram.Length, out int header))
            return;
        datagram.Span.CopyTo(_output.AsSpan(_outputEnd + header));
        _outputEnd += header + datagram.Length;
        _worker.Counters.DatagramsDown++;
    }

    public void OnBatchEnd()
    {
        Renew();
        Flush();
    }

    public void OnDeadline() => Dispose();

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        _outbound.Dispose();
        _client.Close();
        _worker.Idles.Remove(this);
        _worker.Forget(this);
    }

    /// <summary>Sends on every complete message; false, and the relay closed, when the bytes are none.</summary>
    private bool TakeMessages()
    {
        int taken = 0;
        while (true)
        {
            SocksResult result = UdpInTcpMessage.Parse(_input.AsSpan(taken, _inputLength - taken), out UdpInTcpMessage message);
            if (result.Progress == SocksProgress.Error)
            {
                _outbound.Flush();
                Dispose();
                return false;
            }
            if (!result.IsDone)
                break;
            _outbound.Send(message.ToDestination(), _input.AsMemory(taken + message.HeaderLength, message.Payload.Length));
            taken += result.Consumed;
        }
        _outbound.Flush();
        _inputLength -= taken;
        _input.AsSpan(taken, _inputLength).CopyTo(_input);
        return true;
    }

    private void Flush()
    {
        while (_outputStart < _outputEnd && _client.Writable)
        {
            SysResult sent = _client.Socket.Send(_output.AsSpan(_outputStart, _outputEnd - _outputStart));
            if (sent.IsAgain)
            {
                _client.Writable = false;
            }
            else if (!sent.IsSuccess)
            {
                Dispose();
                return;
            }
            else
            {
                _outputStart += (int)sent.Value;
            }
        }
        _output.AsSpan(_outputStart, _outputEnd - _outputStart).CopyTo(_output);
        _outputEnd -= _outputStart;
        _outputStart = 0;
        if (_outputEnd == 0 && _output.Length > UsualOutput)
            _output = GC.AllocateUninitializedArray<byte>(UsualOutput);
        if (HasRoom)
            _outbound.Resume();
    }

    /// <summary>Room for a message behind those of the same call; false when the connection has ended.</summary>
    private bool TryMakeRoom(int length)
    {
        Flush();
        if (_closed)
            return false;
        if (_output.Length - _outputEnd < length)
            Array.Resize(ref _output, Math.Max(2 * _output.Length, _outputEnd + length));
        return true;
    }

    private void Renew()
    {
        Since = _worker.Now;
        _worker.Idles.Renew(this);
    }
}
