using System;

namespace Penstock.HyperAmp.Services;

/// <summary>A named table of services: one function of id and payload.</summary>
/// <remarks>
/// The payload is memory that the other zone may rewrite while the call runs. A set therefore bounds everything by the
/// span it was given, never by a length or terminator it read twice, and works for any bytes of any length, none
/// included. Calls may come from any number of threads at once.
/// </remarks>
public abstract class ServiceSet
{
    /// <summary>What <c>--services</c> calls the set.</summary>
    public abstract string Name { get; }

    /// <summary>True when the set has a service of this id, as opposed to an answer for ids it does not know.</summary>
    public abstract bool Knows(ushort service);

    /// <summary>Runs a service in place.</summary>
    /// <param name="service">The message's service id.</param>
    /// <param name="payload">The message's bytes, as many as its length says; the answer replaces them.</param>
    public abstract ServiceResult Run(ushort service, Span<byte> payload);
}
