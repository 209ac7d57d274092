using Penstock.Linux.Interop;
using Penstock.Linux.Sockets;

namespace Penstock.Linux.Netlink;

/// <content>Routes and rules.</content>
public sealed unsafe partial class RouteSocket
{
    /// <summary>Adds a route.</summary>
    /// <returns>EEXIST when there is one for the prefix with the same metric; ENETUNREACH for a gateway off the link.</returns>
    public SysResult AddRoute(in Route route) => ChangeRoute(Libc.RTM_NEWROUTE, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL, route);

    /// <summary>Deletes a route.</summary>
    /// <returns>ESRCH when there is none.</returns>
    public SysResult DeleteRoute(in Route route) => ChangeRoute(Libc.RTM_DELROUTE, 0, route);

    /// <summary>Sends packets to a table of routes.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="mark">Only packets with this mark; null for all.</param>
    /// <param name="except">The other way round: only packets without the mark.</param>
    /// <param name="table">The table.</param>
    /// <param name="priority">Rules are asked in rising order.</param>
    /// <returns>EEXIST when the rule is there.</returns>
    public SysResult AddRule(AddressFamily family, uint? mark, bool except, uint table, uint priority) =>
        ChangeRule(Libc.RTM_NEWRULE, Libc.NLM_F_CREATE | Libc.NLM_F_EXCL, family, mark, except, table, priority);

    /// <summary>Deletes a rule.</summary>
    /// <returns>ENOENT when there is none.</returns>
    public SysResult DeleteRule(AddressFamily family, uint? mark, bool except, uint table, uint priority) =>
        ChangeRule(Libc.RTM_DELRULE, 0, family, mark, except, table, priority);

    private SysResult ChangeRoute(ushort type, ushort flags, in Route route)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestLength], type, flags);
        request.Body(new rtmsg
        {
            rtm_family = FamilyOf(route.Destination),
            rtm_dst_len = (byte)route.PrefixLength,
            rtm_table = route.Table is > 0 and < 256 ? (byte)route.Table : Libc.RT_TABLE_MAIN,
            rtm_protocol = Libc.RTPROT_BOOT,
            rtm_scope = route.Gateway.IsEmpty && route.Destination.Length == 4 ? Libc.RT_SCOPE_LINK : Libc.RT_SCOPE_UNIVERSE,
            rtm_type = Libc.RTN_UNICAST,
        });
        if (route.PrefixLength != 0)
            request.Attribute(Libc.RTA_DST, route.Destination);
        if (route.LinkIndex != 0)
            request.Attribute(Libc.RTA_OIF, (uint)route.LinkIndex);
        if (!route.Gateway.IsEmpty)
            request.Attribute(Libc.RTA_GATEWAY, route.Gateway);
        if (route.Metric != 0)
            request.Attribute(Libc.RTA_PRIORITY, route.Metric);
        if (route.Table != 0)
            request.Attribute(Libc.RTA_TABLE, route.Table);
        return Change(ref request);
    }

    private SysResult ChangeRule(ushort type, ushort flags, AddressFamily family, uint? mark, bool except, uint table, uint priority)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestLength], type, flags);

        // struct fib_rule_hdr: the same bytes, with the action where a route has its type.
        request.Body(new rtmsg
        {
            rtm_family = (byte)family,
            rtm_table = table < 256 ? (byte)table : (byte)0,
            rtm_type = Libc.FR_ACT_TO_TBL,
            rtm_flags = except ? Libc.FIB_RULE_INVERT : 0,
        });
        request.Attribute(Libc.FRA_PRIORITY, priority);
        request.Attribute(Libc.FRA_TABLE, table);
        if (mark is { } value)
            request.Attribute(Libc.FRA_FWMARK, value);
        return Change(ref request);
    }
}
