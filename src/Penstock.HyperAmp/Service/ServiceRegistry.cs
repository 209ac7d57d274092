using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using Penstock.HyperAmp.Services;

namespace Penstock.HyperAmp.Service;

/// <summary>Which code runs for which id: handlers registered one by one stand above a set.</summary>
public sealed class ServiceRegistry
{
    private readonly Dictionary<ushort, IZoneService> _handlers = [];
    private readonly List<ServiceSet> _sets = [];
    private FrozenDictionary<ushort, IZoneService> _frozen = FrozenDictionary<ushort, IZoneService>.Empty;

    /// <summary>Registers a handler.</summary>
    /// <exception cref="ArgumentException">The id has one.</exception>
    public ServiceRegistry Add(ushort id, IZoneService service)
    {
        if (!_handlers.TryAdd(id, service))
            throw new ArgumentException($"service {id} is registered twice", nameof(id));
        _frozen = _handlers.ToFrozenDictionary();
        return this;
    }

    /// <summary>Registers a function.</summary>
    public ServiceRegistry Add(ushort id, ZoneHandler handler) => Add(id, new HandlerService(handler));

    /// <summary>Adds a set. Sets are asked in the order of adding; the first answers for ids that none knows.</summary>
    public ServiceRegistry Add(ServiceSet set)
    {
        _sets.Add(set);
        return this;
    }

    /// <summary>Runs the service of an id.</summary>
    public ServiceResult Run(ushort id, Span<byte> payload)
    {
        if (_frozen.Count != 0 && _frozen.TryGetValue(id, out IZoneService? service))
            return service.Run(payload);
        if (_sets.Count == 0)
            return ServiceResult.NotExists;
        for (int i = 0; i < _sets.Count; i++)
        {
            if (_sets[i].Knows(id))
                return _sets[i].Run(id, payload);
        }
        return _sets[0].Run(id, payload);
    }

    private sealed class HandlerService(ZoneHandler handler) : IZoneService
    {
        public ServiceResult Run(Span<byte> payload) => handler(payload);
    }
}
