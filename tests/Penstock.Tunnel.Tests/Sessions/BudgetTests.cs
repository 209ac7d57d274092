using System.Net;
using System.Net.Sockets;
using Penstock.Tests;
using Penstock.Tunnel.Configuration;
using Penstock.Wire.Tcp;
using Xunit;
using static Penstock.Tunnel.Tests.PacketTun;

namespace Penstock.Tunnel.Tests.Sessions;

/// <summary>The budget of packet memory under a proxy that does not read: real sockets and a real tunnel, one shard.</summary>
public sealed class BudgetTests
{
    private const long Budget = 1 << 20;
    private const long Largest = 17 * 4096;
    private const int Flows = 12;

    private static readonly IPEndPoint s_server = At("203.0.113.1", 7000);

    [Fact]
    public void Beyond_the_budget_a_session_is_taken_one_packet_of_and_no_more() => OwnThread.Run(() =>
    {
        using var proxy = new ScriptedProxy();
        TunnelOptions options = proxy.Options(UdpRelay.Udp);
        options = options with
        {
            Misc = options.Misc with { MemoryBudget = Budget },
            Threading = options.Threading with { NumWorkers = 1 },
        };
        using var tun = new PacketTun(options);
        var ends = new Socket[Flows];
        var apps = new AppTcp[Flows];
        for (int i = 0; i < Flows; i++)
        {
            apps[i] = new AppTcp(tun, At("10.0.0.1", 4000 + i), s_server);
            ends[i] = apps[i].Open(proxy, 1, receiveBuffer: 4096);
        }

        // Every window is filled at once, whatever is acknowledged: far more than the budget and the sockets take.
        long most = 0;
        for (int round = 0; round < 400; round++)
        {
            foreach (AppTcp app in apps)
                app.Say(TcpFlags.Ack, new byte[8000]);
            most = long.Max(most, tun.Tunnel.Snapshot().MemoryUsed);
        }
        Assert.True(most > Budget / 2, $"only {most} bytes were held");
        Assert.InRange(most, 0, Budget + (Flows + 8) * Largest);
        foreach (Socket end in ends)
            end.Dispose();
    });
}
