using System;
using System.Collections.Generic;

namespace Penstock.Interleaving;

/// <summary>Runs the actors of a scenario through every order of their accesses to shared memory.</summary>
/// <remarks>
/// Depth first over the states that orders lead to; an order that leads to a known state is counted and not followed
/// again. What is explored is the production code itself: an actor is run again from its start, with the results that
/// its accesses had, whenever a history of results is new.
/// </remarks>
public sealed class Explorer
{
    private readonly string _name;
    private readonly Func<VirtualMemory, Scenario> _build;
    private readonly ExplorerOptions _options;
    private readonly byte[] _initial;
    private readonly Scenario _scenario;
    private readonly Dictionary<UInt128, (double Schedules, int Longest)> _known = [];
    private readonly List<Step> _path = [];
    private int _ids;
    private string? _reason;

    private Explorer(string name, Func<VirtualMemory, Scenario> build, ExplorerOptions options)
    {
        _name = name;
        _build = build;
        _options = options;
        _initial = new byte[2 * ((options.MemorySize + 7) & ~7)];
        _scenario = build(new VirtualMemory(_initial, first: true));
    }

    /// <summary>Explores a scenario completely, or to its first failure.</summary>
    /// <param name="name">For the report.</param>
    /// <param name="build">Makes the scenario over the memory given; called once per distinct history of an actor.</param>
    /// <param name="options">Model and bounds.</param>
    /// <exception cref="InvalidOperationException">There are more states than the options allow.</exception>
    public static Exploration Explore(string name, Func<VirtualMemory, Scenario> build, ExplorerOptions options)
    {
        Explorer explorer = new(name, build, options);
        (double schedules, int longest) = explorer.Visit(explorer.Start(), lastActor: -1, preemptions: 0);
        Failure? failure = explorer._reason is { } reason ? explorer.Describe(reason) : null;
        return new(name, explorer._scenario.Actors.Count, options, explorer._known.Count, schedules, longest, failure);
    }

    /// <summary>Runs one schedule, as a failure printed it; null when nothing is wrong on it any more.</summary>
    public static Failure? Replay(string name, Func<VirtualMemory, Scenario> build, ExplorerOptions options, string schedule)
    {
        Explorer explorer = new(name, build, options);
        explorer._path.AddRange(Step.Parse(schedule));
        World world = explorer.Start();
        foreach (Step step in explorer._path)
            world = explorer.Take(world, step);
        if (explorer._reason is null && !explorer.HasStep(world))
            explorer.CheckEnd(world);
        return explorer._reason is { } reason ? explorer.Describe(reason) : null;
    }

    private World Start()
    {
        ActorLog[] logs = new ActorLog[_scenario.Actors.Count];
        for (int actor = 0; actor < logs.Length; actor++)
        {
            logs[actor] = ActorLog.Root(ref _ids);
            Learn(logs[actor], actor);
        }
        return new World(_options.Model, (byte[])_initial.Clone(), logs);
    }

    private (double Schedules, int Longest) Visit(World world, int lastActor, int preemptions)
    {
        bool isBounded = _options.Preemptions is not null;
        UInt128 key = world.Key(isBounded ? (lastActor + 1) * 16 + preemptions : 0);
        if (_known.TryGetValue(key, out (double Schedules, int Longest) known))
            return known;
        if (_known.Count >= _options.MaximumStates)
            throw new InvalidOperationException($"{_name}: more than {_options.MaximumStates} states");

        List<Step> steps = [];
        bool canGoOn = lastActor >= 0 && world.CanAccess(lastActor);
        for (int actor = 0; actor < world.Logs.Length; actor++)
        {
            bool isPreemption = isBounded && canGoOn && actor != lastActor;
            CollectSteps(world, actor, steps, mayAccess: !isPreemption || preemptions < _options.Preemptions);
        }
        (double schedules, int longest) = steps.Count == 0 ? (1, 0) : (0, 0);
        if (steps.Count == 0)
            CheckEnd(world);
        foreach (Step step in steps)
        {
            if (_reason is not null)
                break;
            _path.Add(step);
            bool isAccess = step.Kind == StepKind.Access;
            int spent = isAccess && canGoOn && step.Actor != lastActor ? preemptions + 1 : preemptions;
            World next = Take(world, step);
            if (_reason is null)
            {
                (double below, int deeper) = Visit(next, isAccess ? step.Actor : lastActor, isBounded ? spent : 0);
                schedules += below;
                longest = Math.Max(longest, deeper + 1);
            }
            if (_reason is null)
                _path.RemoveAt(_path.Count - 1);
        }
        _known[key] = (schedules, longest);
        return (schedules, longest);
    }

    private void CollectSteps(World world, int actor, List<Step> steps, bool mayAccess)
    {
        if (mayAccess && world.CanAccess(actor))
        {
            Access next = world.Logs[actor].Next;
            int outcomes = next.Kind == AccessKind.Choose ? next.Size : 1;
            for (int outcome = 0; outcome < outcomes; outcome++)
                steps.Add(new Step(StepKind.Access, actor, outcome));
        }
        world.CollectFlushes(actor, steps);
        if (_scenario.Actors[actor].MayDie && !world.IsOver(actor))
            steps.Add(new Step(StepKind.Kill, actor, 0));
    }

    private bool HasStep(World world)
    {
        List<Step> steps = [];
        for (int actor = 0; actor < world.Logs.Length; actor++)
            CollectSteps(world, actor, steps, mayAccess: true);
        return steps.Count > 0;
    }

    private World Take(World world, in Step step)
    {
        World next = world.Apply(step, ref _ids);
        if (step.Kind == StepKind.Access)
            Learn(next.Logs[step.Actor], step.Actor);
        try
        {
            _scenario.CheckAlways(next.Memory.AsSpan(0, _initial.Length / 2));
        }
        catch (Exception e)
        {
            _reason ??= e.Message;
        }
        return next;
    }

    /// <summary>Finds what the actor asks for after this history, by running it through the history.</summary>
    private void Learn(ActorLog log, int actor)
    {
        if (!log.IsKnown)
        {
            VirtualMemory memory = new((byte[])_initial.Clone(), first: false);
            Scenario scenario = _build(memory);
            Exception? thrown = Run(scenario, memory, actor, log);
            log.Know(memory.Asked, thrown);
        }
        string name = _scenario.Actors[actor].Name;
        if (log.Thrown is { } exception)
            _reason ??= $"{name} threw {exception.GetType().Name}: {exception.Message}";
        else if (log.Length > _options.MaximumAccesses)
            _reason ??= $"{name} runs without end";
    }

    private static Exception? Run(Scenario scenario, VirtualMemory memory, int actor, ActorLog log)
    {
        memory.Begin(log.Results());
        try
        {
            scenario.Actors[actor].Body();
        }
        catch (OutOfLogException)
        {
        }
        catch (Exception e)
        {
            return memory.Asked.Kind == AccessKind.Done ? e : null;
        }
        return null;
    }

    private void CheckEnd(World world)
    {
        if (!world.IsOver())
        {
            List<string> waiting = [];
            for (int actor = 0; actor < world.Logs.Length; actor++)
            {
                if (!world.IsOver(actor))
                    waiting.Add($"{_scenario.Actors[actor].Name} at {world.Logs[actor].Next}");
            }
            _reason ??= "stuck for ever: " + string.Join(", ", waiting);
            return;
        }
        VirtualMemory memory = new((byte[])_initial.Clone(), first: false);
        Scenario scenario = _build(memory);
        for (int actor = 0; actor < world.Logs.Length; actor++)
            Run(scenario, memory, actor, world.Logs[actor]);
        try
        {
            scenario.Check(world.Memory.AsSpan(0, _initial.Length / 2));
        }
        catch (Exception e)
        {
            _reason ??= e.Message;
        }
    }

    private Failure Describe(string reason)
    {
        List<string> lines = [];
        World world = Start();
        foreach (Step step in _path)
        {
            string name = _scenario.Actors[step.Actor].Name;
            Access access = world.Logs[step.Actor].Next;
            World next = world.Apply(step, ref _ids);
            if (step.Kind == StepKind.Access)
                Learn(next.Logs[step.Actor], step.Actor);
            lines.Add(step.Kind switch
            {
                StepKind.Kill => $"  {name} is killed",
                StepKind.Flush => $"  {name}'s store {step.Index} becomes visible",
                _ when access.Kind is AccessKind.Store or AccessKind.StoreRelease => $"  {name}: {access}",
                _ => $"  {name}: {access} = {next.Logs[step.Actor].Result:x}",
            });
            world = next;
        }
        return new Failure(reason, Step.Format(_path), lines);
    }
}
