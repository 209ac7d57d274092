using System.IO;
using Penstock.TestBed;

namespace Penstock.Bench.Tunnel;

/// <summary>The bench's own programs in C, compiled when the bench starts.</summary>
internal sealed class Tools
{
    private readonly string directory;

    /// <summary>Compiles all of them into artifacts/bench/bin.</summary>
    public Tools()
    {
        directory = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "bench", "bin")).FullName;
        foreach (string source in Directory.GetFiles(Path.Combine(Repository.Root, "bench", "tunnel"), "*.c"))
            Command.Run("gcc", "-O2", "-Wall", "-pthread", "-o", PathOf(Path.GetFileNameWithoutExtension(source)), source);
    }

    /// <summary>A SOCKS5 proxy that does the least a relay can do: the unit of cost.</summary>
    public string ReferenceRelay => PathOf("reference_relay");

    /// <summary>A SOCKS5 proxy that is itself every destination and sends back what it receives.</summary>
    public string EchoProxy => PathOf("echo_proxy");

    /// <summary>The same for datagrams.</summary>
    public string DatagramProxy => PathOf("datagram_proxy");

    /// <summary>Sends and counts datagrams, and asks DNS.</summary>
    public string Datagrams => PathOf("datagrams");

    /// <summary>Joins two namespaces by a wire that takes its time.</summary>
    public string DelayedLink => PathOf("delayed_link");

    /// <summary>Opens many connections and holds them.</summary>
    public string Sessions => PathOf("sessions");

    /// <summary>One probe at a time.</summary>
    public string Latency => PathOf("latency");

    /// <summary>An HTTP server that writes header and body separately.</summary>
    public string TwoWriteServer => PathOf("two_write_server");

    private string PathOf(string name) => Path.Combine(directory, name);
}
