using Penstock.Stack.Ip;
using Penstock.Stack.Tcp;

namespace Penstock.Stack;

/// <summary>How a stack behaves, layer by layer.</summary>
public sealed record NetworkOptions
{
    /// <summary>IP, ICMP and reassembly.</summary>
    public IpOptions Ip { get; init; } = new();

    /// <summary>TCP.</summary>
    public TcpOptions Tcp { get; init; } = new();
}
