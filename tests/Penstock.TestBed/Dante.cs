using System.IO;

namespace Penstock.TestBed;

/// <summary>dante in a bed's far namespace: UDP and TCP, both families, open to everybody.</summary>
public static class Dante
{
    /// <summary>Writes its configuration.</summary>
    /// <param name="bed">Where it will run.</param>
    /// <param name="port">The port that it listens on.</param>
    /// <returns>The file, for <c>danted -f</c>.</returns>
    public static string WriteConfiguration(Bed bed, int port)
    {
        string path = Path.Combine(bed.Net.Files, "danted.conf");
        File.WriteAllText(path, $$"""
            logoutput: {{bed.Net.Files}}/danted.log
            internal: {{Bed.NetAddress}} port = {{port}}
            internal: {{Bed.NetAddress6}} port = {{port}}
            external: {{Bed.ServerAddress}}
            external: {{Bed.ServerAddress6}}
            socksmethod: none
            clientmethod: none
            udp.connectdst: no
            user.privileged: root
            user.unprivileged: nobody
            client pass { from: 0/0 to: 0/0 }
            client pass { from: ::/0 to: ::/0 }
            socks pass { from: 0/0 to: 0/0 }
            socks pass { from: ::/0 to: ::/0 }
            """);
        return path;
    }
}
