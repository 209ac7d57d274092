using System;
using System.Linq;
using Penstock.HyperAmp.Ring;
using Penstock.Interleaving;

namespace Penstock.HyperAmp.Tests.Interleaving;

/// <summary>Producers and a consumer on one ring; at the end every message has been received once, whole.</summary>
/// <remarks>A message is one word in its block; the consumer writes what it received into words of its own.</remarks>
internal sealed class RingScenario : Scenario
{
    private const int Blocks = 64;
    private const int Received = 128;
    private const int NaiveValue = 16;

    private readonly VirtualMemory _memory;
    private readonly RingLocks _locks;
    private readonly RingDefect _defect;
    private readonly int _total;
    private readonly int _capacity;

    public RingScenario(VirtualMemory memory, int producers, int each, RingLocks locks, RingDefect defect = RingDefect.None)
    {
        _memory = memory;
        _locks = locks;
        _defect = defect;
        _total = producers * each;
        // One producer meets a full ring and the end of the indices; two have room, so that only the lock makes them wait.
        _capacity = producers == 1 ? 2 : 3;
        new VirtualPage(memory).WriteUInt64(0, (ulong)_capacity << 48);
        for (int n = 0; n < producers; n++)
        {
            int first = 1 + n * each;
            Add($"producer {n}", () =>
            {
                for (int value = first; value < first + each; value++)
                    Produce((ulong)value);
            });
        }
        Add("consumer", () =>
        {
            for (int i = 0; i < _total; i++)
                _memory.Store(Received + 8 * i, 8, Consume());
        });
    }

    private RingPage<VirtualPage> Page => new(new(_memory), _capacity);

    public override void Check(ReadOnlySpan<byte> memory)
    {
        var received = new ulong[_total];
        for (int i = 0; i < _total; i++)
            received[i] = BitConverter.ToUInt64(memory[(Received + 8 * i)..]);
        Array.Sort(received);
        if (!received.SequenceEqual(Enumerable.Range(1, _total).Select(i => (ulong)i)))
            throw new InvalidOperationException($"received {string.Join(' ', received)}");
    }

    private void Produce(ulong value)
    {
        while (true)
        {
            Enter();
            bool isClaimed = Page.Claim(out int block) == RingResult.Ok;
            if (isClaimed && _defect == RingDefect.PublishFirst)
                Page.Publish(block, Page.ReadEnqueueCount() + 1);
            if (isClaimed)
                _memory.Store(Blocks + 8 * block, 8, value);
            if (isClaimed && _defect == RingDefect.PlainIndex)
                _memory.Store(2, 2, (ulong)(block == _capacity ? 0 : block));
            else if (isClaimed && _defect != RingDefect.PublishFirst)
                Page.Publish(block, Page.ReadEnqueueCount() + 1);
            Leave();
            if (isClaimed)
                return;
            _memory.Pause();
        }
    }

    private ulong Consume()
    {
        while (true)
        {
            if (Page.Peek(out int block) == RingResult.Ok)
            {
                ulong value = _memory.Load(Blocks + 8 * block, 8);
                Page.Release(block, Page.ReadDequeueCount() + 1);
                return value;
            }
            _memory.Pause();
        }
    }

    private void Enter()
    {
        switch (_locks)
        {
            case RingLocks.Ours:
                while (!new RingLock<VirtualPage>(new(_memory)).TryEnter(1))
                    _memory.Pause();
                break;
            case RingLocks.Naive:
                // The original's: read, write, read back.
                while (true)
                {
                    if (_memory.Load(NaiveValue, 4) == 0)
                    {
                        _memory.Store(NaiveValue, 4, 1);
                        _memory.FullFence();
                        if (_memory.Load(NaiveValue, 4) == 1)
                            return;
                    }
                    _memory.Pause();
                }
            default:
                break;
        }
    }

    private void Leave()
    {
        if (_locks == RingLocks.Ours)
            new RingLock<VirtualPage>(new(_memory)).Exit();
        else if (_locks == RingLocks.Naive)
            _memory.StoreRelease(NaiveValue, 4, 0);
    }
}
