namespace Penstock.Tunnel.Logging;

/// <summary>Where log lines go (<c>misc.log-file</c>).</summary>
public sealed record LogTarget
{
    private LogTarget(string name, string? path)
    {
        Name = name;
        Path = path;
    }

    /// <summary>Standard error: the default.</summary>
    public static LogTarget Stderr { get; } = new("stderr", null);

    /// <summary>Standard output.</summary>
    public static LogTarget Stdout { get; } = new("stdout", null);

    /// <summary>Nowhere: nothing is written at any level (<c>log-file: null</c>).</summary>
    public static LogTarget None { get; } = new("null", null);

    /// <summary>A file, opened to append and made with mode 0640 where it is missing.</summary>
    /// <param name="path">Relative paths start at the working directory at the time of opening.</param>
    public static LogTarget File(string path) => new(path, path);

    /// <summary>The value as the configuration file spells it.</summary>
    public string Name { get; }

    /// <summary>The file's path, or null for the targets that are not files.</summary>
    public string? Path { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
