using Penstock.Linux.Events;

namespace Penstock.Proxy;

/// <summary>Whoever is told that a watched descriptor is ready.</summary>
internal interface IPollTarget
{
    /// <summary>Called on the worker's thread.</summary>
    void OnReady(EpollReady ready);
}
