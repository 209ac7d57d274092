using System;

namespace Penstock.HyperAmp.Service;

/// <summary>Names the id under which a class that implements <see cref="IZoneService"/> is registered.</summary>
/// <param name="id">Service id.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ZoneServiceAttribute(ushort id) : Attribute
{
    /// <summary>Service id.</summary>
    public ushort Id { get; } = id;
}
