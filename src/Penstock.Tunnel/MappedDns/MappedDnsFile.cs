using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Penstock.Linux;
using Penstock.Linux.Files;

namespace Penstock.Tunnel.MappedDns;

/// <summary>Keeps a resolver's names over a restart, so that addresses that apps remember stay good.</summary>
/// <remarks>
/// <code>
///   penstock-mapdns 1
///   0 www.example.com          index, name; the one unused for longest first
///   7 odd%20name.example       bytes that are no printable ASCII, and %, as %XX
/// </code>
/// What is not such a file, nor an empty one, is somebody's: it is neither read nor written. For the control side, never
/// for a shard: it reads and writes files.
/// </remarks>
public static class MappedDnsFile
{
    private const string FirstLine = "penstock-mapdns 1";
    private const string Key = "mapdns.file: ";

    /// <summary>Writes all names; whoever reads the file at any time finds the old or the new one whole.</summary>
    /// <exception cref="IOException">The file cannot be written, or is not one of these; the message names it.</exception>
    public static void Save(MappedDnsResolver resolver, string path)
    {
        // A link stays what it is: its target is the file.
        string target = Guarded(path, () => new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(true)!.FullName : path);
        string fresh = target + ".new";
        Guarded(fresh, () => IsThere(fresh) && HasFirstLine(fresh));
        Guarded(path, () =>
        {
            _ = IsThere(target) && HasFirstLine(target);
            using (var stream = new FileStream(fresh, FileMode.Create, FileAccess.Write))
            using (var writer = new StreamWriter(stream, Encoding.ASCII))
            {
                writer.NewLine = "\n";
                writer.WriteLine(FirstLine);
                foreach ((int index, string name) in resolver.Snapshot())
                    writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index} {MappedDnsLine.Escape(name)}"));
                writer.Flush();
                stream.Flush(flushToDisk: true); // a power cut after the renaming leaves names, not zeros
            }
            File.Move(fresh, target, overwrite: true);
            return true;
        });
    }

    /// <summary>Reads names into a resolver; one without a file, or with an empty one, starts empty.</summary>
    /// <returns>Names read. Lines that make no sense, or do not fit the configuration any more, are passed over.</returns>
    /// <exception cref="IOException">The file cannot be read, or is not one of these; the message names it.</exception>
    public static int Load(MappedDnsResolver resolver, string path) => Restore(resolver, Read(path));

    /// <summary>The indices and names of a file.</summary>
    /// <exception cref="IOException">The file cannot be read, or is not one of these; the message names it.</exception>
    internal static IReadOnlyList<(int Index, string Name)> Read(string path) => Guarded(path, () =>
    {
        List<(int, string)> names = [];
        if (!IsThere(path) || !HasFirstLine(path))
            return names;
        foreach (string line in File.ReadLines(path, Encoding.ASCII))
        {
            if (MappedDnsLine.TryRead(line, out int index, out string name))
                names.Add((index, name));
        }
        return names;
    });

    /// <summary>Gives names their indices again, as far as they are free; how many got theirs.</summary>
    internal static int Restore(MappedDnsResolver resolver, IReadOnlyList<(int Index, string Name)> names)
    {
        int restored = 0;
        foreach ((int index, string name) in names)
            restored += resolver.TryRestore(index, name) ? 1 : 0;
        return restored;
    }

    /// <summary>False where nothing is yet.</summary>
    private static bool IsThere(string path)
    {
        SysResult look = FileKind.Look(path, out bool isRegular);
        if (look.Errno == Errno.ENOENT)
            return false;
        if (look.Errno is Errno.ENOSYS or Errno.EPERM)
            return File.Exists(path); // a sandbox where nobody may look
        if (!isRegular)
            throw new IOException(look.IsSuccess ? "it is no regular file" : look.Message);
        return true;
    }

    /// <summary>False for an empty file.</summary>
    private static bool HasFirstLine(string path)
    {
        using var reader = new StreamReader(path, Encoding.ASCII, detectEncodingFromByteOrderMarks: false);
        Span<char> first = stackalloc char[FirstLine.Length + 1];
        int length = reader.ReadBlock(first);
        bool isOurs = first[..length].StartsWith(FirstLine) && (length == FirstLine.Length || first[^1] is '\n' or '\r');
        if (length > 0 && !isOurs)
            throw new IOException($"it does not begin with \"{FirstLine}\"");
        return length > 0;
    }

    private static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{Key}{path} cannot be used ({problem.Message}); remove it, or name another file", problem);
        }
    }
}
