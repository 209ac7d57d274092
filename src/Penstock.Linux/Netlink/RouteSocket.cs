using System;
using System.Runtime.InteropServices;
using System.Text;
using Penstock.Linux.Interop;
using Penstock.Linux.Sockets;

namespace Penstock.Linux.Netlink;

/// <summary>Reads and changes interfaces, addresses, routes and rules of the thread's network namespace.</summary>
/// <remarks>
/// The socket belongs to the network namespace that the thread was in when it was opened. Used by one thread at a time;
/// each call waits for the kernel's answer, which never blocks for long. Changes need CAP_NET_ADMIN (EPERM otherwise).
/// </remarks>
public sealed unsafe partial class RouteSocket : IDisposable
{
    private const int RequestLength = 1024;

    private readonly byte[] _receive = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
    private int _descriptor;
    private uint _sequence;

    /// <summary>Opens the socket.</summary>
    /// <exception cref="SysException">The kernel refused.</exception>
    public RouteSocket()
    {
        SysResult result = Open(groups: 0);
        result.ThrowOnError("open a route socket");
        _descriptor = (int)result.Value;

        // The kernel's own sentence comes with a refusal; a kernel without it is no worse off.
        _ = SocketCalls.SetOption(_descriptor, Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, 1);
    }

    /// <summary>The kernel's sentence about the last refusal; null when it had none.</summary>
    public string? Explanation { get; private set; }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => Linux.Descriptor.Close(ref _descriptor);

    internal static SysResult Open(uint groups)
    {
        SysResult result = SysResult.Of(Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.NETLINK_ROUTE));
        if (!result.IsSuccess)
            return result;
        int descriptor = (int)result.Value;
        sockaddr_nl address = new() { nl_family = Libc.AF_NETLINK, nl_groups = groups };
        SysResult bound = SysResult.Of(Libc.bind(descriptor, &address, (uint)sizeof(sockaddr_nl)));
        if (bound.IsSuccess)
            return result;
        Linux.Descriptor.Close(ref descriptor);
        return bound;
    }

    /// <summary>Sends a change and waits for its acknowledgement.</summary>
    private SysResult Change(ref NetlinkRequest request) => Exchange(request.Bytes, Libc.NLM_F_ACK, null);

    /// <summary>Sends a question and hands over each answer.</summary>
    private SysResult Ask(ref NetlinkRequest request, ReplyHandler handler) => Exchange(request.Bytes, 0, handler);

    private SysResult Exchange(Span<byte> request, ushort flags, ReplyHandler? handler)
    {
        Explanation = null;
        uint sequence = ++_sequence;
        MemoryMarshal.Write(request[6..], (ushort)(MemoryMarshal.Read<ushort>(request[6..]) | flags));
        MemoryMarshal.Write(request[8..], sequence);
        SysResult sent = Linux.Descriptor.Write(_descriptor, request);
        if (!sent.IsSuccess)
            return sent;
        while (true)
        {
            SysResult received = Linux.Descriptor.Read(_descriptor, _receive);
            if (!received.IsSuccess)
                return received;
            ReadOnlySpan<byte> datagram = _receive.AsSpan(0, (int)received.Value);
            while (NetlinkReply.TryTake(ref datagram, out NetlinkReply reply))
            {
                if (reply.Sequence != sequence)
                    continue;
                if (reply.Type is Libc.NLMSG_ERROR or Libc.NLMSG_DONE)
                    return Verdict(reply);
                handler?.Invoke(reply);
            }
        }
    }

    /// <summary>NLMSG_ERROR carries minus the error number, 0 for an acknowledgement; NLMSG_DONE the same for a dump.</summary>
    private SysResult Verdict(NetlinkReply reply)
    {
        if (!reply.TryBody(out int error) || error >= 0)
            return SysResult.Ok();
        if (reply.Type == Libc.NLMSG_ERROR && (reply.Flags & Libc.NLM_F_ACK_TLVS) != 0)
        {
            // The request follows the error, whole or only its head, and the attributes follow that.
            int echoed = (reply.Flags & Libc.NLM_F_CAPPED) != 0 ? 16 : (int)(MemoryMarshal.Read<uint>(reply.Payload[4..]) + 3 & ~3u);
            if (reply.TryAttribute(4 + echoed, Libc.NLMSGERR_ATTR_MSG, out ReadOnlySpan<byte> text))
                Explanation = Encoding.UTF8.GetString(text.TrimEnd((byte)0));
        }
        return SysResult.Failed(-error);
    }

    private delegate void ReplyHandler(NetlinkReply reply);
}
