using Penstock.Stack.Buffers;
using Penstock.Stack.Ip;
using Penstock.Stack.Tcp;
using Penstock.Stack.Udp;
using Penstock.Wire.Ip;

namespace Penstock.Stack.Tests.Ip;

/// <summary>A host that only counts, for tests of what the stack itself costs.</summary>
internal sealed class QuietHost : IPacketOutput, IUdpHost, ITcpHost
{
    public int Datagrams { get; private set; }

    public NetworkStack NewStack(BufferPool pool, IpOptions? ip = null) => new(
        new NetworkOptions { Ip = ip ?? new IpOptions() }, new DeviceOffload(1500, false, false, false, false),
        pool, this, this, this, new byte[16]);

    public bool Write(in OutgoingPacket packet) => true;

    public void OnDatagram(in UdpDatagram datagram, long now) => Datagrams++;

    public SessionOwner OnPacketTooBig(in FlowKey flow, in Lease packet, PacketOffload offload) => SessionOwner.ThisStack;

    public StrangerVerdict OnStranger(in FlowKey flow, bool isOpening, in Lease packet, PacketOffload offload) =>
        StrangerVerdict.Drop;

    public void OnOpening(TcpConnection connection) => connection.Refuse();

    public void OnEstablished(TcpConnection connection) => connection.Abort();

    public bool OnText(TcpConnection connection, in Lease text)
    {
        text.Release();
        return true;
    }

    public void OnFin(TcpConnection connection)
    {
    }

    public void OnSpace(TcpConnection connection)
    {
    }

    public void OnEnd(TcpConnection connection, TcpEnd end)
    {
    }
}
