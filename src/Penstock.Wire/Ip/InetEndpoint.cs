namespace Penstock.Wire.Ip;

/// <summary>An address and a port (0 to 65535).</summary>
public readonly record struct InetEndpoint(InetAddress Address, ushort Port)
{
    /// <summary><c>a.b.c.d:port</c> or <c>[v6]:port</c>.</summary>
    public override string ToString() => Address.IsV6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
