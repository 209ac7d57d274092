using System;
using System.Buffers.Binary;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Penstock.TestPeer.Datagrams;

/// <summary>Queries that the kernel takes in one call (UDP_SEGMENT), and gives to a device in one packet where that can split it.</summary>
internal static class SuperPacket
{
    private const int SolUdp = 17;
    private const int UdpSegment = 103;
    private const int Queries = 3;

    /// <summary>The number of queries without an answer, within a few attempts.</summary>
    public static int Ask(IPEndPoint server)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 4000 };
        byte[][] queries = [.. Enumerable.Range(0, Queries).Select(Query)];
        socket.SetRawSocketOption(SolUdp, UdpSegment, BitConverter.GetBytes(queries[0].Length));
        socket.Connect(server);
        socket.Send(queries.SelectMany(query => query).ToArray());
        bool[] answered = new bool[Queries];
        byte[] answer = new byte[512];
        try
        {
            while (answered.Contains(false))
            {
                int length = socket.Receive(answer);
                ushort id = BinaryPrimitives.ReadUInt16BigEndian(answer);
                answered[id] = length > queries[id].Length && answer.AsSpan(12, queries[id].Length - 12).SequenceEqual(queries[id].AsSpan(12));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
        {
            Console.WriteLine($"no answer to {string.Join(", ", Enumerable.Range(0, Queries).Where(i => !answered[i]))}");
        }
        return answered.Count(isAnswered => !isAnswered);
    }

    // A? of one letter and "example"; its number is its id.
    private static byte[] Query(int number) =>
        [0, (byte)number, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)('a' + number), 7, .. Encoding.ASCII.GetBytes("example"), 0, 0, 1, 0, 1];
}
