using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using Penstock.HyperAmp.Client;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Regions;
using Penstock.HyperAmp.Service;
using Penstock.HyperAmp.Services;
using Xunit;

namespace Penstock.HyperAmp.Tests.Regions;

/// <summary>One contract for all backends. Devices are ordinary files here, opened the way devices are.</summary>
[SupportedOSPlatform("linux")]
public sealed class WhatEveryRegionOwes : IDisposable
{
    private readonly string _name = $"penstock-region-{Guid.NewGuid():N}";

    private string Device => "/dev/shm/" + _name;

    public void Dispose()
    {
        foreach (string file in Directory.GetFiles("/dev/shm", $"*{_name}*"))
            File.Delete(file);
    }

    [Theory]
    [InlineData(RegionBackend.File)]
    [InlineData(RegionBackend.Shm)]
    [InlineData(RegionBackend.Memfd)]
    [InlineData(RegionBackend.DevMem)]
    [InlineData(RegionBackend.Ivshmem)]
    public void Two_openings_find_the_same_bytes_at_their_addresses(RegionBackend backend)
    {
        using ZoneRegion first = Open(backend, null, out ShmConfiguration configuration);
        using ZoneRegion second = ZoneRegion.Open(Again(configuration, first));
        first.Payload.WriteUInt32(0, 1);
        first.Payload.WriteUInt32(first.Payload.Length - 4, 2);
        first.Queue.WriteUInt32(0, 3);
        first.PeerQueue.WriteUInt32(first.PeerQueue.Length - 4, 4);
        Assert.Equal((1u, 2u), (second.Payload.ReadUInt32(0), second.Payload.ReadUInt32(second.Payload.Length - 4)));
        Assert.Equal((3u, 4u), (second.Queue.ReadUInt32(0), second.PeerQueue.ReadUInt32(second.PeerQueue.Length - 4)));
        Assert.Equal((0x400000, 0x1000, 0x1000), (second.Payload.Length, second.Queue.Length, second.PeerQueue.Length));

        // An independent peer counts from the lowest address of the configuration; devmem counts from 0.
        using FileStream file = new(first.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = (long)(configuration.Queue.Start - configuration.Lowest);
        Assert.Equal(3, file.ReadByte());
    }

    [Theory]
    [InlineData(RegionBackend.File)]
    [InlineData(RegionBackend.Shm)]
    [InlineData(RegionBackend.Memfd)]
    [InlineData(RegionBackend.DevMem)]
    [InlineData(RegionBackend.Ivshmem)]
    public void A_blank_page_is_made_by_whoever_comes_first_and_calls_are_answered(RegionBackend backend)
    {
        using ZoneRegion holder = Open(backend, null, out ShmConfiguration configuration);
        ShmConfiguration shared = Again(configuration, holder);
        using ZoneChannel server = ZoneChannel.Open(shared), caller = ZoneChannel.Open(shared);
        using ZoneService service = server.Serve(new ServiceRegistry().Add(new OriginalServices()));
        using ZoneClient client = caller.OpenClient();
        byte[] answer = new byte[5];
        Assert.Equal(CallStatus.Success, client.Call(1, "hello"u8, answer, TimeSpan.FromSeconds(20)).Status);
        Assert.Equal("164e2c2f12", Convert.ToHexStringLower(answer));
        Assert.NotEqual(server.Path, server.Region.SidePath);
    }

    [Theory]
    [InlineData(RegionBackend.File)]
    [InlineData(RegionBackend.Shm)]
    public void A_new_file_is_its_owners_alone_unless_a_group_is_named(RegionBackend backend)
    {
        using (ZoneRegion alone = Open(backend, null, out _))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(alone.Path));
        File.Delete(Device);
        using ZoneRegion shared = Open(backend, OwnGroup(), out _);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, File.GetUnixFileMode(shared.Path));
    }

    /// <summary>Who is not root may give a file to a group of its own.</summary>
    private static uint OwnGroup()
    {
        const string Key = "Gid:";
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Key, StringComparison.Ordinal));
        return uint.Parse(line[Key.Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(RegionBackend.File)]
    [InlineData(RegionBackend.DevMem)]
    [InlineData(RegionBackend.Ivshmem)]
    public void What_cannot_be_opened_is_told_with_its_name(RegionBackend backend)
    {
        ShmConfiguration configuration = Configuration(backend, null) with { Path = "/nowhere/" + _name };
        RegionException refusal = Assert.Throws<RegionException>(() => ZoneRegion.Open(configuration));
        Assert.Contains("/nowhere/" + _name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left_of_a_memory_file()
    {
        string side;
        using (ZoneRegion holder = Open(RegionBackend.Memfd, null, out ShmConfiguration configuration))
        {
            side = holder.SidePath;
            using ZoneChannel zone = ZoneChannel.Open(Again(configuration, holder));
            using ZoneClient client = zone.OpenClient();
            Assert.True(File.Exists(side));
        }
        Assert.False(File.Exists(side));
    }

    [Fact]
    public void A_file_that_is_no_region_stays_as_it_is()
    {
        File.WriteAllText(Device, "precious");
        RegionException refusal = Assert.Throws<RegionException>(() => Open(RegionBackend.File, null, out _));
        Assert.Contains("has 8 bytes", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Device));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        File.WriteAllText(Device + ".target", "");
        File.CreateSymbolicLink(Device, Device + ".target");
        Assert.Throws<RegionException>(() => Open(RegionBackend.File, null, out _));
        Assert.Equal(0, new FileInfo(Device + ".target").Length);
    }

    private ZoneRegion Open(RegionBackend backend, uint? group, out ShmConfiguration configuration)
    {
        configuration = Configuration(backend, group);
        if (backend is RegionBackend.DevMem or RegionBackend.Ivshmem && !File.Exists(Device))
            File.WriteAllBytes(Device, new byte[configuration.Span]);
        return ZoneRegion.Open(configuration);
    }

    // Files begin at the lowest address, which need not be 0.
    private ShmConfiguration Configuration(RegionBackend backend, uint? group)
    {
        ulong lowest = backend == RegionBackend.DevMem ? 0 : 0xde000000;
        return new ShmConfiguration
        {
            Payload = new AddressRange(lowest, 0x400000),
            Queue = new AddressRange(lowest + 0x400000, 0x1000),
            PeerQueue = new AddressRange(lowest + 0x410000, 0x1000),
            Backend = backend,
            Path = backend is RegionBackend.Shm or RegionBackend.Memfd ? _name : Device,
            Group = group,
        };
    }

    // A memory file is found again by the path that its holder tells.
    private static ShmConfiguration Again(ShmConfiguration configuration, ZoneRegion first) =>
        configuration.Backend == RegionBackend.Memfd ? configuration with { Path = first.Path } : configuration;
}
