using System;
using System.IO;
using Penstock.HyperAmp.Regions;
using Xunit;

namespace Penstock.HyperAmp.Tests.Regions;

/// <summary>Physical memory that the kernel itself uses is nobody's region (H10).</summary>
public sealed class SystemRamIsRefused : IDisposable
{
    private readonly string _map = Path.GetTempFileName();

    public SystemRamIsRefused() => File.WriteAllText(_map, """
        00001000-0009fbff : System RAM
          00002000-00002fff : Kernel code
        000a0000-000fffff : Reserved
        80000000-ddffffff : System RAM
        de000000-de4fffff : reserved
        fee00000-fee00fff : Local APIC
        """);

    public void Dispose() => File.Delete(_map);

    [Theory]
    [InlineData(0xde000000, 0x411000)]
    [InlineData(0x0a0000, 0x1000)]
    [InlineData(0xf0000000, 0x1000)]
    public void Other_ranges_may_be_mapped(ulong start, int length) => SystemRam.Refuse(_map, start, length);

    [Theory]
    [InlineData(0xddfff000, 0x2000)]
    [InlineData(0x80000000, 0x1000)]
    [InlineData(0x7ffff000, 0x1001)]
    [InlineData(0x1000, 1)]
    public void What_touches_it_is_refused_with_the_range(ulong start, int length)
    {
        RegionException refusal = Assert.Throws<RegionException>(() => SystemRam.Refuse(_map, start, length));
        Assert.Contains("overlaps System RAM", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_that_hides_its_addresses_is_no_permission()
    {
        File.WriteAllText(_map, "00000000-00000000 : System RAM\n00000000-00000000 : reserved\n");
        Assert.Contains("needs root", Assert.Throws<RegionException>(() => SystemRam.Refuse(_map, 0xde000000, 4096)).Message, StringComparison.Ordinal);
    }
}
