using System;
using System.Collections.Generic;
using Penstock.Simulation;
using Penstock.Stack;
using Penstock.Stack.Buffers;
using Penstock.Stack.Tcp;
using Penstock.Wire.Ip;

namespace Penstock.Fuzz;

/// <summary>A stack with a few connections, fed with packets that are almost right.</summary>
/// <remarks>
/// Most packets are built around what the stack itself has last said about a flow, so that they get past the first
/// checks and into the connection; some are scratched as bytes, some are noise. The host opens, refuses, sends,
/// consumes, closes and aborts at random. A life ends with everything aborted, and then nothing may be left.
/// </remarks>
public sealed class StackLife
{
    private const int Flows = 6;

    private readonly Dice _dice;
    private readonly Mutator _mutator;
    private readonly BufferPool _pool;
    private readonly MemoryBudget _budget;
    private readonly NetworkStack _stack;
    private readonly FuzzHost _host;
    private readonly FuzzOutput _output;
    private readonly PacketSmith _smith;
    private long _now;

    private StackLife(ulong seed)
    {
        _dice = new Dice(seed);
        _mutator = new Mutator(_dice);
        _budget = new MemoryBudget(_dice.Chance(0.3) ? 1 << 20 : 32 << 20);
        _pool = new BufferPool(new HeapMemory(), _budget);
        _smith = new PacketSmith(_dice, Flows);
        _output = new FuzzOutput(_dice, _smith);
        _host = new FuzzHost(_dice, _pool);
        bool offload = _dice.Chance(0.5);
        byte[] secret = new byte[16];
        foreach (ref byte b in secret.AsSpan())
            b = (byte)_dice.Next();
        TcpOptions options = new() { Sack = !_dice.Chance(0.2), Timestamps = !_dice.Chance(0.2), AckDelay = _dice.Pick(0, 20_000), KeepAliveAfter = _dice.Pick(0L, 5_000_000L) };
        DeviceOffload device = new(_dice.Pick(576, 1500, 65535), offload, offload, offload, false);
        _stack = new NetworkStack(new NetworkOptions { Tcp = options }, device, _pool, _output, _host, _host, secret);
        _now = _dice.Magnitude(1, int.MaxValue) * 1000L;
    }

    /// <summary>Feeds a stack with some packets.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="inputs">How many packets.</param>
    /// <exception cref="FuzzException">Something that must hold did not; the message names the packet.</exception>
    public static StackTally Run(ulong seed, int inputs)
    {
        StackLife life = new(seed);
        StackTally tally = new();
        for (int i = 0; i < inputs; i++)
        {
            try
            {
                life.Step(tally);
            }
            catch (Exception e)
            {
                throw new FuzzException($"stack life {seed}, packet {i}: {e}");
            }
        }
        life.Finish(seed);
        tally.Outputs = life._output.Packets;
        tally.Established = life._stack.Tcp.Counters.Established;
        return tally;
    }

    private void Step(StackTally tally)
    {
        _now += _dice.Chance(0.02) ? _dice.Magnitude(1000, 20_000_000) : _dice.Below(300);
        byte[] bytes = _smith.Next(out PacketOffload offload);
        if (_dice.Chance(0.12))
        {
            _mutator.Scratch(bytes);
            offload = offload with { ChecksumTrusted = _dice.Chance(0.7) };
        }
        else if (_dice.Chance(0.02))
        {
            bytes = _mutator.Next([bytes]).ToArray();
            if (bytes.Length == 0)
                return;
        }
        TcpCounters c = _stack.Tcp.Counters;
        long before = c.SegmentsIn - c.Malformed - c.ChecksumErrors - c.Strangers;
        long opened = c.Opened;
        Lease lease = _pool.RentAlways(bytes.Length);
        bytes.CopyTo(lease.Span);
        _stack.Input(lease, offload, _now);
        lease.Release();
        tally.Inputs++;
        if (c.SegmentsIn - c.Malformed - c.ChecksumErrors - c.Strangers > before && c.Opened == opened)
            tally.Reached++;

        _host.Act();
        _stack.Poll(_now);
        if (_dice.Chance(0.7))
            Settle();
    }

    private void Settle()
    {
        _stack.Flush(_now);
        for (int turn = 0; _stack.NextDeadline <= _now; turn++)
        {
            if (turn == 20)
                throw new FuzzException($"a deadline at {_stack.NextDeadline} stays due at {_now}");
            _stack.Poll(_now);
            _stack.Flush(_now);
        }
    }

    private void Finish(ulong seed)
    {
        _host.AbortAll();
        _stack.Flush(_now);
        for (int i = 0; i < 1000 && _stack.NextDeadline != long.MaxValue; i++)
        {
            _now = Math.Max(_now, _stack.NextDeadline);
            _stack.Poll(_now);
            _stack.Flush(_now);
            _host.AbortAll();
        }
        if (_stack.Tcp.Count != 0 || _pool.InUse != 0 || _budget.Used != 0)
            throw new FuzzException($"stack life {seed}: left {_stack.Tcp.Count} connections, {_pool.InUse} buffers, {_budget.Used} bytes");
    }

    /// <summary>The addresses of a flow; every third is IPv6.</summary>
    internal static FlowKey Flow(int number)
    {
        bool isV6 = number % 3 == 2;
        InetAddress.TryParse(isV6 ? "fd00::1" : "10.0.0.1", out InetAddress source);
        InetAddress.TryParse(isV6 ? "2001:db8::80" : "203.0.113.80", out InetAddress destination);
        return new(new(source, (ushort)(40_000 + number)), new(destination, 80));
    }
}
