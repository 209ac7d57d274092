using System;
using Penstock.Linux;
using Penstock.Linux.Sockets;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.Proxies;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Uplinks;

/// <summary>What keeps a socket of ours out of the tunnel that it serves, and on the way that the configuration names.</summary>
/// <param name="Mark">SO_MARK; 0 for none.</param>
/// <param name="Interface">SO_BINDTODEVICE; null for none.</param>
/// <param name="Local">Local address; null for the kernel's choice. Used for sockets of its own family.</param>
/// <param name="Keys">Which keys say so; null for those of <c>socks5</c>.</param>
internal readonly record struct SocketBinding(uint Mark, string? Interface, InetAddress? Local, BindingKeys? Keys = null)
{
    /// <summary>What the options of a proxy say.</summary>
    public static SocketBinding Of(ProxyServer proxy)
    {
        Socks5Options options = proxy.Options;
        return new(options.Mark, options.BindInterface, options.BindAddress, proxy.IsOneOfSeveral ? BindingKeys.OfListed : null);
    }

    private BindingKeys Names => Keys ?? BindingKeys.OfSocks5;

    /// <summary>Prepares a socket before it connects.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="isV6">Its family.</param>
    /// <param name="refusal">When it fails: which key cannot be had, and why.</param>
    public SysResult Apply(StreamSocket socket, bool isV6, out string? refusal)
    {
        refusal = null;
        if (Mark != 0 && socket.SetMark(Mark) is { IsSuccess: false } noMark)
            return Refused(noMark, MarkRefused(noMark), out refusal);
        if (Interface is { } device && socket.BindToDevice(device) is { IsSuccess: false } noDevice)
            return Refused(noDevice, InterfaceRefused(noDevice), out refusal);
        if (Local is { } local && local.IsV6 == isV6 && socket.Bind(AddressOf(local)) is { IsSuccess: false } notBound)
            return Refused(notBound, LocalRefused(notBound), out refusal);
        return SysResult.Ok();
    }

    /// <summary>Prepares a socket before it sends.</summary>
    /// <inheritdoc cref="Apply(StreamSocket, bool, out string?)"/>
    public SysResult Apply(DatagramSocket socket, bool isV6, out string? refusal)
    {
        refusal = null;
        if (Mark != 0 && socket.SetMark(Mark) is { IsSuccess: false } noMark)
            return Refused(noMark, MarkRefused(noMark), out refusal);
        if (Interface is { } device && socket.BindToDevice(device) is { IsSuccess: false } noDevice)
            return Refused(noDevice, InterfaceRefused(noDevice), out refusal);
        if (Local is { } local && local.IsV6 == isV6 && socket.Bind(AddressOf(local)) is { IsSuccess: false } notBound)
            return Refused(notBound, LocalRefused(notBound), out refusal);
        return SysResult.Ok();
    }

    /// <summary>Why SO_MARK cannot be had.</summary>
    public string MarkRefused(SysResult result) =>
        $"{Names.Mark} {Mark} {(result.Errno == Errno.EPERM ? "may not be set: it needs CAP_NET_ADMIN" : NotPossible(result))}";

    /// <summary>Why SO_BINDTODEVICE cannot be had.</summary>
    public string InterfaceRefused(SysResult result) => $"{Names.Interface} {Interface}" + result.Errno switch
    {
        Errno.ENODEV => ": there is no such interface",
        Errno.EPERM => " may not be set: it needs CAP_NET_RAW",
        _ => " " + NotPossible(result),
    };

    /// <summary>Why the local address cannot be had.</summary>
    public string LocalRefused(SysResult result) =>
        $"{Names.Local} {Local}{(result.Errno == Errno.EADDRNOTAVAIL ? ": this host has no such address" : " " + NotPossible(result))}";

    /// <summary>An address as the kernel takes it.</summary>
    public static SocketAddress AddressOf(in InetAddress address, ushort port = 0)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.Write(bytes);
        return SocketAddress.FromInet(bytes[..address.Length], port);
    }

    private static string NotPossible(SysResult result) => $"is not possible: {result.Message}";

    private static SysResult Refused(SysResult result, string why, out string? refusal)
    {
        refusal = why;
        return result;
    }
}
