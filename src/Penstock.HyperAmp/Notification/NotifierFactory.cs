using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Owners;

namespace Penstock.HyperAmp.Notification;

/// <summary>Makes the notifier that a configuration names.</summary>
internal static class NotifierFactory
{
    internal static INotifier ForClient(ShmConfiguration configuration, SideLease lease, string side) => configuration.Notify switch
    {
        NotifyMode.Poll => new PollingNotifier(),
        NotifyMode.EventFd => new EventNotifier(lease.Side, SocketOf(side), serves: false),
        NotifyMode.Hvisor or NotifyMode.Mmio => HvisorNotifier.ForClient(configuration.Notify),
        NotifyMode.Ivshmem => new IvshmemNotifier(configuration.Path ?? ""),
        _ => new FutexNotifier(lease.Side),
    };

    internal static INotifier ForService(ShmConfiguration configuration, SideLease lease, string side) => configuration.Notify switch
    {
        NotifyMode.Poll => new PollingNotifier(),
        NotifyMode.EventFd => new EventNotifier(lease.Side, SocketOf(side), serves: true),
        NotifyMode.Hvisor or NotifyMode.Mmio => HvisorNotifier.ForService(),
        NotifyMode.Ivshmem => new PollingNotifier(),
        _ => new FutexNotifier(lease.Side),
    };

    private static string SocketOf(string side) => side + ".socket";
}
