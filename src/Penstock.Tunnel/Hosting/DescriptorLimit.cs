using Penstock.Linux;
using Penstock.Linux.Processes;
using Penstock.Tunnel.Logging;

namespace Penstock.Tunnel.Hosting;

/// <summary><c>misc.limit-nofile</c>: as many descriptors as asked for, or as many as there may be.</summary>
public static class DescriptorLimit
{
    /// <summary>First up to the hard limit, which needs no privilege, then to the number itself.</summary>
    /// <param name="wanted">The key's value; not above 0, the hard limit is enough.</param>
    /// <param name="log">Told, at info, when there may not be so many.</param>
    public static void Raise(int wanted, ILog log)
    {
        SysResult result = ResourceLimits.SetOpenFiles(ResourceLimits.OpenFiles.Hard);
        if (wanted > 0)
            result = ResourceLimits.SetOpenFiles(wanted);
        if (!result.IsSuccess)
        {
            long soft = ResourceLimits.OpenFiles.Soft;
            log.Write(LogLevel.Info, $"misc.limit-nofile: {wanted} descriptors are not allowed ({result.Name}); {soft} are used");
        }
    }
}
