using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Owners;

namespace Penstock.HyperAmp.Notification;

/// <summary>Makes the notifier that a configuration names.</summary>
internal static class NotifierFactory
{
    internal static INotifier ForClient(ShmConfiguration configuration, SideLease lease) => configuration.Notify switch
    {
        NotifyMode.Poll => new PollingNotifier(),
        _ => new FutexNotifier(lease.Side),
    };

    internal static INotifier ForService(ShmConfiguration configuration, SideLease lease) => configuration.Notify switch
    {
        NotifyMode.Poll => new PollingNotifier(),
        _ => new FutexNotifier(lease.Side),
    };
}
