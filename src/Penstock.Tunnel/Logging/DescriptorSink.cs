using System;
using Penstock.Linux;
using Penstock.Linux.Files;

namespace Penstock.Tunnel.Logging;

/// <summary>Lines to a descriptor: standard error, standard output, or a file that is appended to.</summary>
/// <remarks>A destination that refuses (a full disk, a reader that went away) loses the line: there is nobody to tell.</remarks>
public sealed class DescriptorSink : ILineSink
{
    // 0640: the log may name destinations, which are nobody else's business.
    private const int Mode = 0b110_100_000;

    private readonly AppendFile _file;

    private DescriptorSink(AppendFile file) => _file = file;

    /// <summary>Opens what a target names.</summary>
    /// <param name="target">Any target but <see cref="LogTarget.None"/>.</param>
    /// <exception cref="SysException">The file cannot be opened.</exception>
    public static DescriptorSink Open(LogTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target == LogTarget.Stderr || target == LogTarget.Stdout)
            return FromDescriptor(target == LogTarget.Stdout ? 1 : 2);
        AppendFile.Open(target.Name, Mode, out AppendFile? file).ThrowOnError($"open the log file {target.Name}");
        return new DescriptorSink(file!);
    }

    /// <summary>Writes to a descriptor that is open already, and leaves it open.</summary>
    public static DescriptorSink FromDescriptor(int descriptor) => new(AppendFile.FromDescriptor(descriptor));

    /// <summary>The descriptor that lines go to.</summary>
    public int Descriptor => _file.Descriptor;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> line)
    {
        while (line.Length > 0)
        {
            SysResult written = _file.Write(line);
            if (!written.IsSuccess || written.Value == 0)
                return;
            line = line[(int)written.Value..];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
