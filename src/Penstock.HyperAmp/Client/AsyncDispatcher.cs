using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Penstock.HyperAmp.Client;

/// <summary>Completes asynchronous calls: one thread of the client waits for all of them.</summary>
/// <remarks>It waits for the oldest; whatever else has been answered by then is completed in the same round.</remarks>
internal sealed class AsyncDispatcher : IDisposable
{
    private readonly ZoneClient _client;
    private readonly List<PendingCall> _pending = [];
    private readonly object _gate = new();
    private Thread? _thread;
    private bool _stop;

    internal AsyncDispatcher(ZoneClient client) => _client = client;

    /// <summary>Takes a call that was handed over.</summary>
    internal ValueTask<CallResult> Add(RequestSlot slot, Memory<byte> response, int length, long due, CancellationToken cancellation)
    {
        PendingCall call = new(slot, response, length, due, cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop, _client);
            _pending.Add(call);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "amp-answers" };
                _thread.Start();
            }
            Monitor.Pulse(_gate);
        }
        return new ValueTask<CallResult>(call.Completion.Task);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _stop = true;
            Monitor.Pulse(_gate);
        }
        _thread?.Join();
    }

    private void Run()
    {
        List<PendingCall> round = [];
        while (true)
        {
            lock (_gate)
            {
                while (_pending.Count == 0 && !_stop)
                    Monitor.Wait(_gate);
                if (_pending.Count == 0)
                    return;
                round.AddRange(_pending);
            }
            // A short slice for the oldest: a newer call that is answered sooner waits no longer than this.
            _client.AwaitAny(round);
            foreach (PendingCall call in round)
            {
                if (_client.TryEnd(call, out CallResult result))
                {
                    lock (_gate)
                        _pending.Remove(call);
                    call.Completion.SetResult(result);
                }
            }
            round.Clear();
        }
    }
}

/// <summary>An asynchronous call under way.</summary>
internal sealed record PendingCall(RequestSlot Slot, Memory<byte> Response, int Length, long Due, CancellationToken Cancellation)
{
    internal TaskCompletionSource<CallResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
