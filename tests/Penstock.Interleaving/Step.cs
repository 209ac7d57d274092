using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Penstock.Interleaving;

/// <summary>What a step of a schedule does.</summary>
public enum StepKind
{
    /// <summary>The actor's next access happens.</summary>
    Access,

    /// <summary>One of the actor's stores becomes visible.</summary>
    Flush,

    /// <summary>The actor is killed.</summary>
    Kill,
}

/// <summary>One step of a schedule.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Actor">To whom.</param>
/// <param name="Index">The outcome of a choice, or the pending store.</param>
public readonly record struct Step(StepKind Kind, int Actor, int Index)
{
    /// <summary>A schedule as text that <see cref="Parse"/> reads: <c>0 0 1 0:1 0~0 1!</c>.</summary>
    public static string Format(IEnumerable<Step> steps)
    {
        StringBuilder text = new();
        foreach (Step step in steps)
        {
            if (text.Length > 0)
                text.Append(' ');
            text.Append(step.Actor);
            if (step.Kind == StepKind.Kill)
                text.Append('!');
            else if (step.Kind == StepKind.Flush)
                text.Append('~').Append(step.Index);
            else if (step.Index > 0)
                text.Append(':').Append(step.Index);
        }
        return text.ToString();
    }

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    /// <exception cref="FormatException">It is not such a text.</exception>
    public static IReadOnlyList<Step> Parse(string schedule)
    {
        List<Step> steps = [];
        foreach (string word in schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int mark = word.AsSpan().IndexOfAny(":~!");
            int actor = int.Parse(mark < 0 ? word : word[..mark], CultureInfo.InvariantCulture);
            StepKind kind = mark < 0 || word[mark] == ':' ? StepKind.Access : word[mark] == '~' ? StepKind.Flush : StepKind.Kill;
            int index = mark < 0 || kind == StepKind.Kill ? 0 : int.Parse(word[(mark + 1)..], CultureInfo.InvariantCulture);
            steps.Add(new Step(kind, actor, index));
        }
        return steps;
    }
}
