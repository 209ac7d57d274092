using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Services;
using Penstock.Linux.Memory;

namespace Penstock.HyperAmp.Service;

/// <summary>Runs messages and wakes who waits for them. Shared by the collector and the workers.</summary>
internal sealed class MessageRunner
{
    private readonly ServiceRegistry _registry;
    private readonly MappedWindow _payload;
    private readonly SideView<MappedWords> _side;
    private readonly bool _strict;
    private readonly Action<string>? _report;
    private long _failed;
    private long _unknown;
    private long _rejected;

    internal MessageRunner(ServiceRegistry registry, ZoneRegion region, SideView<MappedWords> side, Action<string>? report)
    {
        _registry = registry;
        _payload = region.Payload;
        _strict = region.IsStrict;
        _side = side;
        _report = report;
    }

    internal MappedWindow Payload => _payload;

    internal long Failed => Interlocked.Read(ref _failed);

    internal long Unknown => Interlocked.Read(ref _unknown);

    internal long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Runs one message; whatever the handler does, there is a result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ServiceResult Run(in Message message, HandlerWatch watch)
    {
        if (!message.IsWithin(_payload.Length))
        {
            Interlocked.Increment(ref _rejected);
            return ServiceResult.Fail;
        }
        watch.Enter(message.Service);
        ServiceResult result;
        try
        {
            result = _strict
                ? RunCopied(message)
                : _registry.Run(message.Service, _payload.Span((int)message.Offset, (int)message.Length));
        }
        catch (Exception failure)
        {
            _report?.Invoke($"the handler of service {message.Service} threw {failure.GetType().Name}: {failure.Message}");
            result = ServiceResult.Fail;
        }
        watch.Leave();
        if (result != ServiceResult.Success)
            Count(ref result);
        return result;
    }

    /// <summary>Wakes the threads that sleep for these messages: one call per client process.</summary>
    /// <remarks>SYNC wake-up: the flags are stored, then this fence, then the counts of sleepers are read.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Wake(ReadOnlySpan<CapturedMessage> completed)
    {
        Interlocked.MemoryBarrier();
        int current = -1;
        uint bits = 0;
        foreach (ref readonly CapturedMessage message in completed)
        {
            int owner = _side.OwnerOf(message.Index) - 1;
            if ((uint)owner >= SideGeometry.OwnerSlots || _side.Sleepers(owner) == 0)
                continue;
            if (owner != current)
            {
                Flush(current, bits);
                current = owner;
                bits = 0;
            }
            bits |= 1u << (message.Index & 31);
        }
        Flush(current, bits);
    }

    private void Flush(int owner, uint bits)
    {
        if (bits == 0)
            return;
        _side.MoveWakeWord(owner);
        Futex.Wake(_side.Words.Window, SideView<MappedWords>.WakeAt(owner), int.MaxValue, bits);
    }

    // Uncached memory takes aligned words only, which no handler promises: it gets a copy.
    private ServiceResult RunCopied(in Message message)
    {
        byte[] copy = new byte[message.Length];
        StrictCopier.Read(_payload, (int)message.Offset, copy);
        ServiceResult result = _registry.Run(message.Service, copy);
        StrictCopier.Write(_payload, (int)message.Offset, copy);
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Count(ref ServiceResult result)
    {
        if (result == ServiceResult.NotExists)
        {
            Interlocked.Increment(ref _unknown);
            return;
        }
        result = ServiceResult.Fail;
        Interlocked.Increment(ref _failed);
    }
}
