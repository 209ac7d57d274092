using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Netlink;

/// <content>Interfaces.</content>
public sealed unsafe partial class RouteSocket
{
    /// <summary>All interfaces of the namespace.</summary>
    public IReadOnlyList<Link> Links()
    {
        var links = new List<Link>();
        var request = new NetlinkRequest(stackalloc byte[RequestLength], Libc.RTM_GETLINK, Libc.NLM_F_DUMP);
        request.Body(default(ifinfomsg));
        Ask(ref request, reply =>
        {
            if (TryReadLink(reply, out Link link))
                links.Add(link);
        }).ThrowOnError("list the interfaces");
        return links;
    }

    /// <summary>Finds an interface by name.</summary>
    public bool TryFindLink(string name, out Link link) => TryFindLink(candidate => candidate.Name == name, out link);

    /// <summary>Finds an interface by number.</summary>
    public bool TryFindLink(int index, out Link link) => TryFindLink(candidate => candidate.Index == index, out link);

    /// <summary>How many queues of a TUN device with several are open, whoever has them; 0 for any other interface, or none.</summary>
    public int OpenQueues(string name)
    {
        int queues = 0;
        var request = new NetlinkRequest(stackalloc byte[RequestLength], Libc.RTM_GETLINK, Libc.NLM_F_DUMP);
        request.Body(default(ifinfomsg));
        Ask(ref request, reply =>
        {
            if (TryReadLink(reply, out Link link) && link.Name == name
                && reply.TryAttribute(sizeof(ifinfomsg), Libc.IFLA_LINKINFO, out ReadOnlySpan<byte> info)
                && NetlinkReply.TryAttribute(info, Libc.IFLA_INFO_KIND, out ReadOnlySpan<byte> kind) && kind.TrimEnd((byte)0).SequenceEqual("tun"u8)
                && NetlinkReply.TryAttribute(info, Libc.IFLA_INFO_DATA, out ReadOnlySpan<byte> data)
                && NetlinkReply.TryAttribute(data, Libc.IFLA_TUN_NUM_QUEUES, out ReadOnlySpan<byte> count) && count.Length == 4)
            {
                queues = MemoryMarshal.Read<int>(count);
            }
        }).ThrowOnError("list the interfaces");
        return queues;
    }

    /// <summary>Sets the largest packet, in bytes.</summary>
    public SysResult SetMtu(int index, int mtu)
    {
        NetlinkRequest request = LinkRequest(stackalloc byte[RequestLength], index);
        request.Attribute(Libc.IFLA_MTU, (uint)mtu);
        return Change(ref request);
    }

    /// <summary>Sets how many packets the interface queues before it drops (txqueuelen).</summary>
    public SysResult SetQueueLength(int index, int packets)
    {
        NetlinkRequest request = LinkRequest(stackalloc byte[RequestLength], index);
        request.Attribute(Libc.IFLA_TXQLEN, (uint)packets);
        return Change(ref request);
    }

    /// <summary>Sets an interface up or down.</summary>
    public SysResult SetUp(int index, bool up)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestLength], Libc.RTM_NEWLINK, 0);
        request.Body(new ifinfomsg { ifi_index = index, ifi_flags = up ? (uint)Libc.IFF_UP : 0, ifi_change = Libc.IFF_UP });
        return Change(ref request);
    }

    /// <summary>Makes two interfaces that are joined by a wire.</summary>
    /// <param name="name">The end in this namespace.</param>
    /// <param name="peer">The other end.</param>
    /// <param name="peerNamespace">A descriptor of the namespace that the other end goes to, -1 for this one.</param>
    public SysResult AddVethPair(string name, string peer, int peerNamespace = -1)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestLength], Libc.RTM_NEWLINK, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL);
        request.Body(default(ifinfomsg));
        request.Attribute(Libc.IFLA_IFNAME, name);
        int info = request.Begin(Libc.IFLA_LINKINFO | Libc.NLA_F_NESTED);
        request.Attribute(Libc.IFLA_INFO_KIND, "veth");
        int data = request.Begin(Libc.IFLA_INFO_DATA | Libc.NLA_F_NESTED);
        int other = request.Begin(Libc.VETH_INFO_PEER | Libc.NLA_F_NESTED);
        request.Body(default(ifinfomsg));
        request.Attribute(Libc.IFLA_IFNAME, peer);
        if (peerNamespace >= 0)
            request.Attribute(Libc.IFLA_NET_NS_FD, (uint)peerNamespace);
        request.End(other);
        request.End(data);
        request.End(info);
        return Change(ref request);
    }

    /// <summary>Moves an interface to another network namespace.</summary>
    /// <param name="index">Its number here; it keeps its name, and loses its addresses.</param>
    /// <param name="networkNamespace">A descriptor of the namespace.</param>
    public SysResult MoveTo(int index, int networkNamespace)
    {
        NetlinkRequest request = LinkRequest(stackalloc byte[RequestLength], index);
        request.Attribute(Libc.IFLA_NET_NS_FD, (uint)networkNamespace);
        return Change(ref request);
    }

    /// <summary>Deletes an interface.</summary>
    public SysResult DeleteLink(int index)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestLength], Libc.RTM_DELLINK, 0);
        request.Body(new ifinfomsg { ifi_index = index });
        return Change(ref request);
    }

    internal static bool TryReadLink(NetlinkReply reply, out Link link)
    {
        link = default;
        if (reply.Type is not (Libc.RTM_NEWLINK or Libc.RTM_DELLINK) || !reply.TryBody(out ifinfomsg body))
            return false;
        string name = reply.TryAttribute(sizeof(ifinfomsg), Libc.IFLA_IFNAME, out ReadOnlySpan<byte> text)
            ? Encoding.UTF8.GetString(text.TrimEnd((byte)0))
            : "";
        int mtu = reply.TryAttribute(sizeof(ifinfomsg), Libc.IFLA_MTU, out ReadOnlySpan<byte> bytes) && bytes.Length == 4
            ? MemoryMarshal.Read<int>(bytes)
            : 0;
        link = new Link(body.ifi_index, name, mtu, (body.ifi_flags & Libc.IFF_UP) != 0);
        return true;
    }

    private static NetlinkRequest LinkRequest(Span<byte> buffer, int index)
    {
        var request = new NetlinkRequest(buffer, Libc.RTM_NEWLINK, 0);
        request.Body(new ifinfomsg { ifi_index = index });
        return request;
    }

    private bool TryFindLink(Predicate<Link> matches, out Link link)
    {
        foreach (Link candidate in Links())
        {
            if (matches(candidate))
            {
                link = candidate;
                return true;
            }
        }
        link = default;
        return false;
    }
}
