using System;
using System.Globalization;
using Penstock.TestBed;

namespace Penstock.Namespaces.Tests.Scenes;

/// <summary>New connections at a rate, beside connections that trickle; one client process.</summary>
public sealed class Traffic(Child client)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Opens so many connections that trickle until the end.</summary>
    public CrowdAnswer Hold(int count) => Answer($"hold {count}");

    /// <summary>Begins so many short uploads a second.</summary>
    public void Begin(int rate) => Ask($"rate {rate}");

    /// <summary>What came of at least so many of them from now on.</summary>
    public TrafficMark Next(int count)
    {
        Look("mark");
        TrafficMark seen = Look("look");
        Eventually.Requires($"{count} uploads", Patience, () => (seen = Look("look")).Done + seen.Failed >= count, () => $"{seen}");
        return seen;
    }

    /// <summary>What came of them since the last call of <see cref="Next"/> began.</summary>
    public TrafficMark SoFar() => Look("look");

    /// <summary>Ends all; what came of those that trickled.</summary>
    public CrowdAnswer Finish() => Answer("finish");

    private TrafficMark Look(string command)
    {
        string[] words = Ask(command);
        return new TrafficMark(Number(words[2]), Number(words[4]), Number(words[8]), Number(words[10]), words[11]);
    }

    private CrowdAnswer Answer(string command)
    {
        string[] words = Ask(command);
        return new CrowdAnswer(Number(words[1]), Number(words[3]), words[4]);
    }

    private string[] Ask(string command)
    {
        client.Write(command);
        return client.WaitForLine(Patience, _ => true).Split(' ');
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
