using System;

namespace Penstock.Interleaving;

/// <summary>What an exploration found.</summary>
/// <param name="Name">The scenario.</param>
/// <param name="Actors">How many.</param>
/// <param name="Options">How far it went.</param>
/// <param name="States">Distinct states.</param>
/// <param name="Schedules">Complete schedules, counted over the graph of states: each was covered, none run twice.</param>
/// <param name="LongestSchedule">Steps in the longest.</param>
/// <param name="Failure">What went wrong, with a schedule that leads there; null when nothing did.</param>
public sealed record Exploration(
    string Name, int Actors, ExplorerOptions Options, int States, double Schedules, int LongestSchedule, Failure? Failure)
{
    /// <summary>One line for a test's output; with a failure, its schedule below.</summary>
    public override string ToString()
    {
        string bound = Options.Preemptions is { } preemptions ? $", up to {preemptions} preemptions" : "";
        string count = Schedules < 1e15 ? $"{Schedules:N0}" : $"{Schedules:0.00e+0}";
        string head = $"{Name}: {Actors} actors, {Options.Model}{bound}: {count} schedules of up to {LongestSchedule} steps over {States:N0} states: ";
        return Failure is null ? head + "nothing found" : head + Environment.NewLine + Failure;
    }
}
