using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Notification;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Regions;
using Penstock.Linux.Memory;
using Xunit;

namespace Penstock.HyperAmp.Tests.Notification;

/// <summary>One contract for all notifiers; the hypervisor's and the PCI device's doorbells are files here.</summary>
public sealed class WhatEveryNotifierOwes : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _directory = Directory.CreateTempSubdirectory("penstock-notifier-").FullName;
    private readonly MappedMemory _memory = MappedMemory.CreateAnonymous("penstock-notifier", new SideGeometry(255, 0x10000).Length);

    public static TheoryData<string> All => new("poll", "futex", "eventfd", "hvisor", "mmio", "ivshmem");

    public static TheoryData<string> Woken => new("futex", "eventfd");

    public void Dispose()
    {
        _memory.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_wait_ends_and_a_ring_may_come_at_any_time_from_any_thread(string kind)
    {
        (INotifier service, INotifier client) = Make(kind);
        using (service)
        using (client)
        {
            client.Ring(1);
            service.Arm();
            service.Wait(TimeSpan.Zero);
            List<Thread> ringers = [];
            for (int i = 0; i < 4; i++)
            {
                Thread ringer = new(() =>
                {
                    for (int k = 0; k < 100; k++)
                        client.Ring((ushort)k);
                });
                ringer.Start();
                ringers.Add(ringer);
            }
            for (int i = 0; i < 20; i++)
            {
                service.Arm();
                service.Wait(TimeSpan.FromMilliseconds(1));
            }
            foreach (Thread ringer in ringers)
                Assert.True(ringer.Join(Patience));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Waking_and_disposing_are_harmless_whenever_they_come(string kind)
    {
        (INotifier service, INotifier client) = Make(kind);
        service.Wake();
        client.Wake();
        service.Arm();
        service.Wake();
        service.Wait(TimeSpan.FromMilliseconds(1));
        client.Dispose();
        service.Dispose();
    }

    [Theory]
    [MemberData(nameof(Woken))]
    public void A_ring_after_the_arming_ends_a_wait_without_limit(string kind)
    {
        (INotifier service, INotifier client) = Make(kind);
        using (service)
        using (client)
        {
            Assert.True(service.IsWoken);
            for (int i = 0; i < 50; i++)
            {
                service.Arm();
                using ManualResetEventSlim woken = new();
                Thread waiter = new(() =>
                {
                    service.Wait(Timeout.InfiniteTimeSpan);
                    woken.Set();
                });
                waiter.Start();
                client.Ring(1);
                Assert.True(woken.Wait(Patience), "a ring is lost");
                waiter.Join();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Woken))]
    public void A_wake_ends_a_wait_whatever_a_peer_has_written(string kind)
    {
        (INotifier service, INotifier client) = Make(kind);
        using (service)
        using (client)
        {
            service.Arm();
            Thread waiter = new(() => service.Wait(Timeout.InfiniteTimeSpan));
            waiter.Start();
            // The peer says that nobody sleeps: rings then do nothing, and the watcher has to help.
            SideView<MappedWords> side = Side;
            side.Sleep = 0;
            Assert.True(SpinWait.SpinUntil(() =>
            {
                service.Wake();
                return waiter.Join(TimeSpan.FromMilliseconds(1));
            }, Patience));
        }
    }

    private SideView<MappedWords> Side => new(new MappedWords(_memory.Window), new SideGeometry(255, 0x10000));

    private (INotifier Service, INotifier Client) Make(string kind)
    {
        string device = Path.Combine(_directory, "device"), socket = Path.Combine(_directory, "socket");
        File.WriteAllBytes(device, new byte[4096]);
        File.WriteAllBytes(Path.Combine(_directory, "resource0"), new byte[4096]);
        return kind switch
        {
            "poll" => (new PollingNotifier(), new PollingNotifier()),
            "futex" => (new FutexNotifier(Side), new FutexNotifier(Side)),
            "eventfd" => (new EventNotifier(Side, socket, serves: true), new EventNotifier(Side, socket, serves: false)),
            "hvisor" => (HvisorNotifier.ForService(device), HvisorNotifier.ForClient(NotifyMode.Hvisor, 1, device)),
            "mmio" => (HvisorNotifier.ForService(device), HvisorNotifier.ForClient(NotifyMode.Mmio, 1, device, 0)),
            _ => (new PollingNotifier(), new IvshmemNotifier(Path.Combine(_directory, "resource2"))),
        };
    }
}
