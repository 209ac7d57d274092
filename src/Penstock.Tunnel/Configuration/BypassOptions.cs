using System;
using System.Collections.Generic;
using System.Linq;
using Penstock.Wire.Ip;

namespace Penstock.Tunnel.Configuration;

/// <summary>The <c>bypass</c> section: what goes direct, by no proxy.</summary>
public sealed record BypassOptions
{
    /// <summary><c>bypass.list</c>, its networks. Default: none.</summary>
    public IReadOnlyList<InetNetwork> Networks { get; init; } = [];

    /// <summary><c>bypass.list</c>, its domains, without leading dots: these names, and the names below them. Default: none.</summary>
    /// <remarks>Names are known through mapped DNS alone.</remarks>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary><c>bypass.mark</c>: SO_MARK of direct sockets. Default: null, as <c>socks5.mark</c>.</summary>
    public uint? Mark { get; init; }

    /// <summary><c>bypass.bind-interface</c>: interface of direct sockets. Default: null, as <c>socks5.bind-interface</c>.</summary>
    public string? BindInterface { get; init; }

    /// <summary><c>bypass.bind-address</c>: local address of direct sockets. Default: null, as <c>socks5.bind-address</c>.</summary>
    public InetAddress? BindAddress { get; init; }

    /// <summary>Equality, of the lists' contents as well.</summary>
    public bool Equals(BypassOptions? other) =>
        other is not null && Networks.SequenceEqual(other.Networks) && Domains.SequenceEqual(other.Domains)
        && (Mark, BindInterface, BindAddress) == (other.Mark, other.BindInterface, other.BindAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Networks.Count, Domains.Count, Mark, BindInterface, BindAddress);

    /// <summary>True when there is nothing that goes direct.</summary>
    public bool IsEmpty => Networks.Count == 0 && Domains.Count == 0;
}
