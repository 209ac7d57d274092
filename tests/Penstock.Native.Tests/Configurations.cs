namespace Penstock.Native.Tests;

/// <summary>Configurations that several tests share.</summary>
internal static class Configurations
{
    /// <summary>A tunnel with nothing behind it.</summary>
    public const string Idle = """
        tunnel:
          name: pen0
          ipv4: 198.18.0.1
        socks5:
          address: 127.0.0.1
          port: 1080
        """;
}
