using Penstock.Tunnel.Configuration;

namespace Penstock.Tunnel.Uplinks;

/// <summary>What a <see cref="SocketBinding"/>'s values are called in the configuration.</summary>
/// <param name="Mark">SO_MARK's key.</param>
/// <param name="Interface">The interface's.</param>
/// <param name="Local">The local address's.</param>
internal sealed record BindingKeys(string Mark, string Interface, string Local)
{
    /// <summary>The only proxy's.</summary>
    public static BindingKeys OfSocks5 { get; } = new("socks5.mark", "socks5.bind-interface", "socks5.bind-address");

    /// <summary>Those of a proxy of a list, which may have them from <c>socks5</c>: whoever tells of them names the proxy.</summary>
    public static BindingKeys OfListed { get; } = new("mark", "bind-interface", "bind-address");

    /// <summary>Those of what goes direct, which has what it does not say from <c>socks5</c>.</summary>
    public static BindingKeys OfBypass(BypassOptions own) => new(
        own.Mark is null ? OfSocks5.Mark : "bypass.mark",
        own.BindInterface is null ? OfSocks5.Interface : "bypass.bind-interface",
        own.BindAddress is null ? OfSocks5.Local : "bypass.bind-address");
}
