using System;
using System.IO;

namespace Penstock.Cli.HyperAmp;

/// <summary>Files with answers: written whole or not at all, and never through a link.</summary>
internal static class AnswerFile
{
    /// <summary>Writes a file, replacing one of that name.</summary>
    /// <exception cref="IOException">The name is a link, or the file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        if (new FileInfo(path).LinkTarget is { } target)
            throw new IOException($"{path} is a link to {target}; name another file with -o");
        string whole = $"{path}.{Environment.ProcessId}.new";
        try
        {
            using (var file = new FileStream(whole, FileMode.CreateNew, FileAccess.Write))
                file.Write(content);
            // Renaming replaces a link that came in between instead of following it.
            File.Move(whole, path, overwrite: true);
        }
        catch
        {
            File.Delete(whole);
            throw;
        }
    }
}
