using System.IO;
using Penstock.Tunnel.Configuration;

namespace Penstock.Cli.Commands;

/// <summary><c>penstock check</c>: what is in force, and what is wrong.</summary>
internal static class CheckCommand
{
    /// <summary>The configuration goes to one stream, the mistakes to the other.</summary>
    public static int Run(string path, TextWriter output, TextWriter errors)
    {
        ConfigurationResult result = TunnelConfiguration.Load(path);
        foreach (Diagnostic diagnostic in result.Diagnostics)
            errors.Write(diagnostic + "\n");
        output.Write(EffectiveConfiguration.Format(result));
        return result.IsUsable ? ExitStatus.Success : ExitStatus.Failure;
    }
}
