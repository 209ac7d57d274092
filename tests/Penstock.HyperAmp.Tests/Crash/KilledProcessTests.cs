using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Owners;
using Penstock.HyperAmp.Queue;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Crash;

/// <summary>Real processes, killed with SIGKILL at random moments under load.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private readonly string _path = Path.Combine("/dev/shm", $"penstock-crash-{Guid.NewGuid():N}");

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("PENSTOCK_KILLS"), out int kills) ? kills : 12;

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_path + ".side");
    }

    [Fact]
    public void Killed_clients_leave_nothing_behind_and_others_go_on()
    {
        using ZoneChannel zone = Open();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient survivor = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(30) });
        Random random = new(7);
        for (int i = 0; i < Kills; i++)
        {
            using Process victim = Start("client", "3");
            AssertAnswers(survivor, 20 + random.Next(200));
            victim.Kill();
            victim.WaitForExit();
            AssertAnswers(survivor, 50);
        }
        survivor.Dispose();
        _ = RegionRecovery.Recover(zone);
        ZoneSnapshot after = new ZoneObserver(zone).Look();
        Assert.Equal((255, 0, 0, 0L), (after.Free, after.Submitted, after.Quarantined, after.PayloadUsed));
    }

    [Fact]
    public void Clients_outlive_killed_services_with_only_right_answers()
    {
        using ZoneChannel zone = Open();
        using ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(30) });
        Random random = new(8);
        for (int i = 0; i < Kills; i++)
        {
            using Process service = Start("service");
            AssertAnswers(client, 20 + random.Next(200));
            bool stop = false;
            int wrong = 0;
            Thread load = new(() =>
            {
                byte[] answer = new byte[5];
                while (!Volatile.Read(ref stop))
                {
                    CallResult result = client.Call(1, "hello"u8, answer);
                    if (!result.IsSuccess ? result.Status != CallStatus.ServiceLost : Convert.ToHexStringLower(answer) != "164e2c2f12")
                        Interlocked.Increment(ref wrong);
                }
            });
            load.Start();
            service.Kill();
            service.WaitForExit();
            Volatile.Write(ref stop, true);
            using Process next = Start("service");
            Assert.True(load.Join(TimeSpan.FromSeconds(60)), "the client hangs");
            Assert.Equal(0, wrong);
            AssertAnswers(client, 20);
            next.StandardInput.Close();
            next.WaitForExit();
        }
        client.Dispose();
        ZoneSnapshot after = new ZoneObserver(zone).Look();
        Assert.Equal((255, 0, 0, 0L), (after.Free, after.Submitted, after.Quarantined, after.PayloadUsed));
    }

    [Theory]
    [InlineData("taken")]
    [InlineData("locked")]
    [InlineData("appended")]
    [InlineData("busy")]
    [InlineData("handed-over")]
    [InlineData("submitted")]
    public void A_client_that_dies_at_a_point_of_its_request_holds_nobody_up(string point)
    {
        using ZoneChannel zone = Open();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient survivor = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(30) });
        AssertAnswers(survivor, 20);
        using (Process victim = VictimProcess.Begin("die-as-client", _path, point))
            VictimProcess.AwaitDeath(victim);
        AssertAnswers(survivor, 20);
        survivor.Dispose();
        _ = RegionRecovery.Recover(zone);
        ZoneSnapshot after = new ZoneObserver(zone).Look();
        Assert.Equal((255, 0, 0, 0L), (after.Free, after.Submitted, after.Quarantined, after.PayloadUsed));
    }

    [Theory]
    [InlineData("journalled", CallStatus.ServiceLost)]
    [InlineData("unlinked", CallStatus.ServiceLost)]
    [InlineData("completed", CallStatus.Failed)]
    public void A_service_that_dies_at_a_point_of_its_work_loses_its_message_and_nothing_else(string point, CallStatus status)
    {
        using ZoneChannel zone = Open();
        using ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(30) });
        using (Process victim = VictimProcess.Start("die-as-service", _path, point))
        {
            Assert.Equal(status, client.Call(1, "hello"u8, new byte[5]).Status);
            VictimProcess.AwaitDeath(victim);
        }
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        AssertAnswers(client, 20);
        client.Dispose();
        ZoneSnapshot after = new ZoneObserver(zone).Look();
        Assert.Equal((255, 0, 0, 0L), (after.Free, after.Submitted, after.Quarantined, after.PayloadUsed));
    }

    [Fact]
    public void A_dead_service_whose_place_the_next_owner_takes_does_not_look_alive()
    {
        using ZoneChannel zone = Open();
        using (Process service = Start("service"))
        {
            service.Kill();
            service.WaitForExit();
        }
        // The first place is free again, and the lock that stood for the service is the client's from here on.
        using ZoneClient client = zone.OpenClient();
        Assert.False(client.IsServed);
        using ZoneService next = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        Assert.True(client.IsServed);
        AssertAnswers(client, 20);
    }

    [Fact]
    public void Whoever_joins_and_leaves_disturbs_nobody()
    {
        using ZoneChannel zone = Open();
        using ZoneService service = zone.Serve(new ServiceRegistry().Add(new OriginalServices()));
        bool stop = false;
        int wrong = 0;
        Thread[] callers = new Thread[3];
        for (int i = 0; i < callers.Length; i++)
        {
            callers[i] = new Thread(() =>
            {
                using ZoneClient client = zone.OpenClient(new ClientOptions { Timeout = TimeSpan.FromSeconds(30) });
                byte[] answer = new byte[5];
                while (!Volatile.Read(ref stop))
                {
                    if (!client.Call(1, "hello"u8, answer).IsSuccess || Convert.ToHexStringLower(answer) != "164e2c2f12")
                        Interlocked.Increment(ref wrong);
                }
            });
            callers[i].Start();
        }
        for (int i = 0; i < 1000; i++)
        {
            SideLease visitor = SideLease.Join(zone.Region, QueueLayout.Auto, OwnerKind.Client);
            SideView<MappedWords> side = visitor.Side;
            visitor.Dispose();
            // A name that its holder left there as the dead do: the next to take the slot has everything to repair.
            if (i % 3 == 0)
                side.Register(new OwnerInfo(visitor.Me.Slot, visitor.Me.Nonce, 1, OwnerKind.Client, 1));
        }
        Volatile.Write(ref stop, true);
        foreach (Thread caller in callers)
            Assert.True(caller.Join(TimeSpan.FromSeconds(60)), "a caller hangs");
        Assert.Equal(0, wrong);
    }

    private static void AssertAnswers(ZoneClient client, int count)
    {
        byte[] answer = new byte[5];
        for (int i = 0; i < count; i++)
        {
            CallResult result = client.Call(1, "hello"u8, answer);
            // A message that was under way when its service was killed is told as lost, never answered wrongly.
            if (result.Status == CallStatus.ServiceLost)
                continue;
            Assert.Equal(CallStatus.Success, result.Status);
            Assert.Equal("164e2c2f12", Convert.ToHexStringLower(answer));
        }
    }

    private ZoneChannel Open() => ZoneChannel.Open(
        ShmConfiguration.Local(_path) with { Backend = RegionBackend.File, Path = _path });

    private Process Start(string role, params string[] more) => VictimProcess.Start(role, _path, more);
}
