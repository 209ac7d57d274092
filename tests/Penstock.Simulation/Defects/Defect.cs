using System.Collections.Generic;
using Penstock.Simulation.Peer;
using Penstock.Stack.Buffers;

namespace Penstock.Simulation.Defects;

/// <summary>A mistake planted around the stack: everything that enters or leaves it passes here.</summary>
/// <remarks>
/// Production code stays as it is. A defect changes what the stack is told (packets, time, calls of its host) or what
/// it says (packets, events), in the way in which a faulty stack would behave. The faithful defect changes nothing.
/// </remarks>
public abstract class Defect
{
    /// <summary>For reports.</summary>
    public string Name => GetType().Name;

    /// <summary>A packet on its way into the stack; null keeps it out.</summary>
    public virtual ModelPacket? Input(ModelPacket packet) => packet;

    /// <summary>True when the stack is to take a corrupted packet for a good one.</summary>
    public virtual bool TrustsChecksums => false;

    /// <summary>A packet that the stack has written; what goes out instead.</summary>
    public virtual IEnumerable<ModelPacket> Output(World world, ModelPacket packet) => [packet];

    /// <summary>The stack has text for its host; false hides it from the host.</summary>
    public virtual bool DeliversText(in Lease text) => true;

    /// <summary>The stack delivers a text twice.</summary>
    public virtual bool RepeatsText => false;

    /// <summary>The stack tells its host of a FIN.</summary>
    public virtual bool DeliversFin => true;

    /// <summary>The stack tells its host of space.</summary>
    public virtual bool DeliversSpace => true;

    /// <summary>Bytes that arrive at the stack when the host has consumed some.</summary>
    public virtual int Consumed(int bytes) => bytes;

    /// <summary>True when text that was delivered is given back while the host still holds it.</summary>
    public virtual bool ReleasesTextEarly => false;

    /// <summary>True when a text's lease is held once too often.</summary>
    public virtual bool LeaksText => false;

    /// <summary>True when due timers fire.</summary>
    public virtual bool Polls => true;

    /// <summary>True when a batch of input is followed by a flush.</summary>
    public virtual bool Flushes => true;
}
