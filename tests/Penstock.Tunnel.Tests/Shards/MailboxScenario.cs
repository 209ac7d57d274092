using System;
using System.Collections.Generic;
using Penstock.Interleaving;
using Penstock.Tunnel.Shards;

namespace Penstock.Tunnel.Tests.Shards;

/// <summary>Producers and an owner that sleeps when there is nothing to take: the real ring over virtual memory.</summary>
internal sealed class MailboxScenario : Scenario
{
    private readonly List<long> _taken = [];
    private readonly int _producers;
    private readonly int _each;

    public MailboxScenario(VirtualMemory memory, int producers, int each, int capacity, MailboxDefect defect)
    {
        _producers = producers;
        _each = each;
        VirtualMailboxMemory words = new(memory, capacity, defect);
        MailboxRing<long, VirtualMailboxMemory> ring = new(words, new Alarm(memory, words.AlarmOffset), capacity);
        Add("owner", () => Own(memory, ring, words.AlarmOffset));
        for (int i = 1; i <= producers; i++)
        {
            int producer = i;
            Add($"producer {i}", () => Produce(memory, ring, producer));
        }
    }

    public override void Check(ReadOnlySpan<byte> memory)
    {
        for (int producer = 1; producer <= _producers; producer++)
        {
            List<long> mine = _taken.FindAll(message => message / 100 == producer);
            List<long> posted = [];
            for (int number = 1; number <= _each; number++)
                posted.Add(producer * 100 + number);
            if (!mine.TrueForAll(posted.Contains) || string.Join(' ', mine) != string.Join(' ', posted))
                throw new InvalidOperationException($"producer {producer} posted {string.Join(' ', posted)}, the owner took {string.Join(' ', _taken)}");
        }
    }

    private void Own(VirtualMemory memory, MailboxRing<long, VirtualMailboxMemory> ring, int alarm)
    {
        while (true)
        {
            while (ring.TryTake(out long message))
            {
                if (message == 0)
                    throw new InvalidOperationException("took a message that nobody had written yet");
                _taken.Add(message);
            }
            if (_taken.Count >= _producers * _each)
                return;
            if (ring.PrepareToSleep())
            {
                memory.AwaitChange(alarm, 8, 0);
                memory.Exchange(alarm, 8, 0);
            }
            ring.Woken();
        }
    }

    private void Produce(VirtualMemory memory, MailboxRing<long, VirtualMailboxMemory> ring, int producer)
    {
        for (int number = 1; number <= _each; number++)
        {
            while (!ring.TryPost(producer * 100 + number))
                memory.Pause();
        }
    }

    private sealed class Alarm(VirtualMemory memory, int offset) : IAlarm
    {
        public void Ring() => memory.FetchAdd(offset, 8, 1);
    }
}
