using System;
using System.Net;
using System.Net.Sockets;
using Penstock.Wire.Tcp;
using Xunit;

namespace Penstock.Tunnel.Tests.Sessions;

/// <summary>An app's TCP in the test's hands: no window scaling, nothing is sent again.</summary>
internal sealed class AppTcp(PacketTun tun, IPEndPoint app, IPEndPoint server)
{
    private uint _seq;
    private uint _ack;

    /// <summary>Bytes that the tunnel takes beyond what it has acknowledged.</summary>
    public int Window { get; private set; }

    /// <summary>SYN; <see cref="Finish"/> once the proxy has answered.</summary>
    public void Begin(uint isn)
    {
        _seq = isn;
        TcpSegment syn = Segment(TcpFlags.Syn);
        syn.Options.Mss = 1460;
        tun.Send(app, server, syn, default);
        _seq++;
    }

    /// <summary>The rest of the handshake.</summary>
    public void Finish()
    {
        tun.Receive(server, app, out TcpSegment answer);
        Assert.Equal(TcpFlags.Syn | TcpFlags.Ack, answer.Flags);
        _ack = answer.Seq.Value + 1;
        Say(TcpFlags.Ack);
    }

    /// <summary>Opens the flow through the proxy, whose end of it is the value.</summary>
    public Socket Open(ScriptedProxy proxy, uint isn, int receiveBuffer = 0)
    {
        Begin(isn);
        Socket end = proxy.AcceptConnect(receiveBuffer);
        Finish();
        return end;
    }

    /// <summary>A segment with everything that has been received acknowledged.</summary>
    public void Say(TcpFlags flags, ReadOnlySpan<byte> text = default)
    {
        tun.Send(app, server, Segment(flags), text);
        _seq += (uint)text.Length + ((flags & TcpFlags.Fin) != 0 ? 1u : 0u);
    }

    /// <summary>Receives until the tunnel has acknowledged everything that was sent.</summary>
    public void AwaitAck()
    {
        TcpSegment segment;
        do
            segment = Receive(out _);
        while (segment.Ack.Value != _seq);
    }

    /// <summary>Receives until the tunnel's FIN.</summary>
    public void AwaitFin()
    {
        while (!Receive(out _).Has(TcpFlags.Fin))
        {
        }
    }

    /// <summary>The next segment, which is no RST.</summary>
    public TcpSegment Receive(out byte[] text)
    {
        text = tun.Receive(server, app, out TcpSegment segment);
        Assert.False(segment.Has(TcpFlags.Rst), "the tunnel reset the flow");
        Window = segment.Window;
        if (segment.Seq.Value == _ack)
            _ack += (uint)segment.Length;
        return segment;
    }

    private TcpSegment Segment(TcpFlags flags) => new()
    {
        Flags = flags,
        Seq = new(_seq),
        Ack = new(_ack),
        Window = ushort.MaxValue,
        Options = TcpOptionList.None,
    };
}
