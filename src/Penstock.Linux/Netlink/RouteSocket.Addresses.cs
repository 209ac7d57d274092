using System;
using Penstock.Linux.Interop;

namespace Penstock.Linux.Netlink;

/// <content>Addresses of interfaces.</content>
public sealed unsafe partial class RouteSocket
{
    /// <summary>Gives an interface an address.</summary>
    /// <param name="index">The interface.</param>
    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <param name="prefixLength">0 to 32, or 0 to 128.</param>
    /// <returns>EEXIST when it has the address already.</returns>
    public SysResult AddAddress(int index, ReadOnlySpan<byte> address, int prefixLength)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestLength], Libc.RTM_NEWADDR, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL);
        request.Body(new ifaddrmsg { ifa_family = FamilyOf(address), ifa_prefixlen = (byte)prefixLength, ifa_index = (uint)index });
        request.Attribute(Libc.IFA_LOCAL, address);
        request.Attribute(Libc.IFA_ADDRESS, address);
        return Change(ref request);
    }

    /// <summary>Whether an interface has an address, with any prefix length.</summary>
    public bool HasAddress(int index, ReadOnlySpan<byte> address)
    {
        byte[] wanted = address.ToArray();
        bool found = false;
        var request = new NetlinkRequest(stackalloc byte[RequestLength], Libc.RTM_GETADDR, Libc.NLM_F_DUMP);
        request.Body(new ifaddrmsg { ifa_family = FamilyOf(address) });
        Ask(ref request, reply =>
        {
            if (reply.Type != Libc.RTM_NEWADDR || !reply.TryBody(out ifaddrmsg body) || body.ifa_index != (uint)index)
                return;

            // IPv6 has no IFA_LOCAL unless the interface has a peer; IPv4 has it always.
            if (reply.TryAttribute(sizeof(ifaddrmsg), Libc.IFA_LOCAL, out ReadOnlySpan<byte> value)
                || reply.TryAttribute(sizeof(ifaddrmsg), Libc.IFA_ADDRESS, out value))
                found |= value.SequenceEqual(wanted);
        }).ThrowOnError("list the addresses");
        return found;
    }

    private static byte FamilyOf(ReadOnlySpan<byte> address) => address.Length switch
    {
        4 => Libc.AF_INET,
        16 => Libc.AF_INET6,
        _ => throw new ArgumentException($"an address has 4 or 16 bytes, not {address.Length}", nameof(address)),
    };
}
