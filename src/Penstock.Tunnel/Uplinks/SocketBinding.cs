using System;
using Penstock.Linux;
using Penstock.Linux.Sockets;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Uplinks;

/// <summary>What keeps a socket of ours out of the tunnel that it serves, and on the way that the configuration names.</summary>
/// <param name="Mark">SO_MARK; 0 for none.</param>
/// <param name="Interface">SO_BINDTODEVICE; null for none.</param>
/// <param name="Local">Local address; null for the kernel's choice. Used for sockets of its own family.</param>
internal readonly record struct SocketBinding(uint Mark, string? Interface, InetAddress? Local)
{
    /// <summary>What the options of a proxy say.</summary>
    public static SocketBinding Of(Socks5Options options) => new(options.Mark, options.BindInterface, options.BindAddress);

    /// <summary>Prepares a socket before it connects.</summary>
    public SysResult Apply(StreamSocket socket, bool isV6)
    {
        if (Mark != 0 && socket.SetMark(Mark) is { IsSuccess: false } noMark)
            return noMark;
        if (Interface is { } device && socket.BindToDevice(device) is { IsSuccess: false } noDevice)
            return noDevice;
        return Local is { } local && local.IsV6 == isV6 ? socket.Bind(AddressOf(local)) : SysResult.Ok();
    }

    /// <summary>Prepares a socket before it sends.</summary>
    public SysResult Apply(DatagramSocket socket, bool isV6)
    {
        if (Mark != 0 && socket.SetMark(Mark) is { IsSuccess: false } noMark)
            return noMark;
        if (Interface is { } device && socket.BindToDevice(device) is { IsSuccess: false } noDevice)
            return noDevice;
        return Local is { } local && local.IsV6 == isV6 ? socket.Bind(AddressOf(local)) : SysResult.Ok();
    }

    /// <summary>An address as the kernel takes it.</summary>
    public static SocketAddress AddressOf(in InetAddress address, ushort port = 0)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        return SocketAddress.FromInet(bytes[..address.Length], port);
    }
}
