using Penstock.Linux;
using Penstock.Linux.Sockets;
using Penstock.Wire.Ip;

namespace Penstock.Proxy;

/// <summary>How sockets towards destinations leave this machine.</summary>
public sealed record OutboundOptions
{
    /// <summary>A mark for routing rules (SO_MARK), which needs CAP_NET_ADMIN; null for none.</summary>
    public uint? Mark { get; init; }

    /// <summary>The only interface that they use; null for whichever the routes say.</summary>
    public string? Device { get; init; }

    /// <summary>The source of IPv4 connections; null for the kernel's choice.</summary>
    public InetAddress? SourceV4 { get; init; }

    /// <summary>The source of IPv6 connections; null for the kernel's choice.</summary>
    public InetAddress? SourceV6 { get; init; }

    internal SysResult Apply(StreamSocket socket, bool isV6)
    {
        SysResult result = SysResult.Ok();
        if (Mark is { } mark)
            result = socket.SetMark(mark);
        if (result.IsSuccess && Device is { } device)
            result = socket.BindToDevice(device);
        if (result.IsSuccess && (isV6 ? SourceV6 : SourceV4) is { } source)
            result = socket.Bind(Endpoints.ToSocket(source, 0));
        return result;
    }

    internal SysResult Apply(DatagramSocket socket, bool isV6)
    {
        SysResult result = SysResult.Ok();
        if (Mark is { } mark)
            result = socket.SetMark(mark);
        if (result.IsSuccess && Device is { } device)
            result = socket.BindToDevice(device);
        if (result.IsSuccess && (isV6 ? SourceV6 : SourceV4) is { } source)
            result = socket.Bind(Endpoints.ToSocket(source, 0));
        return result;
    }
}
