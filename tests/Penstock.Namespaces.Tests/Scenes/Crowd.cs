using System;
using System.Globalization;
using Penstock.TestBed;

namespace Penstock.Namespaces.Tests.Scenes;

/// <summary>Many connections of one client process.</summary>
public sealed class Crowd(Child client)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Connects so many more.</summary>
    public CrowdAnswer Open(int count) => Ask($"open {count}");

    /// <summary>Sends a word over each and waits until it is back.</summary>
    public CrowdAnswer Echo() => Ask("echo");

    /// <summary>Closes all.</summary>
    public void Close() => Ask("close");

    private CrowdAnswer Ask(string command)
    {
        client.Write(command);
        string[] words = client.WaitForLine(Patience, _ => true).Split(' ');
        return words.Length < 5
            ? new CrowdAnswer(0, 0, "none")
            : new CrowdAnswer(
                int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[3], CultureInfo.InvariantCulture), words[4]);
    }
}
