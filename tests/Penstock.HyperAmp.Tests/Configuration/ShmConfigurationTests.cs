using System;
using Penstock.HyperAmp.Configuration;
using Penstock.HyperAmp.Queue;
using Xunit;

namespace Penstock.HyperAmp.Tests.Configuration;

/// <summary>shm_config.json as the original has it (contract 3), the optional keys, and every mistake told.</summary>
public sealed class ShmConfigurationTests
{
    private const string Payload = """{"region_flag":"linux-2-npucore-buf","zone0_ram_ipa":"0xde000000","zonex_ram_ipa":"0xde000000","mem_size":"0x400000"}""";
    private const string Queue = """{"region_flag":"linux-2-npucore-msg","zone0_ram_ipa":"de400000","zonex_ram_ipa":"0xDE410000","mem_size":"0x1000"}""";

    [Fact]
    public void The_originals_file_is_read()
    {
        ShmConfiguration read = Parse($$"""{"shm_regions":[{{Payload}},{{Queue}}]}""");
        Assert.Equal(new AddressRange(0xde000000, 0x400000), read.Payload);
        Assert.Equal(new AddressRange(0xde400000, 0x1000), read.Queue);
        Assert.Equal(new AddressRange(0xde410000, 0x1000), read.PeerQueue);
        Assert.Equal(RegionBackend.DevMem, read.Backend);
        Assert.Equal(0x411000, read.Span);
    }

    [Fact]
    public void Optional_keys_and_the_environment_variable_change_it()
    {
        string text = $$"""{"shm_regions":[{{Payload}},{{Queue}}],"backend":"file","path":"/tmp/a","layout":"v1"}""";
        ShmConfiguration read = ShmConfigurationReader.Parse(text, "f", "path=/tmp/b; wait=spin,notify=poll");
        Assert.Equal((RegionBackend.File, "/tmp/b", QueueLayout.V1), (read.Backend, read.Path, read.Layout));
        Assert.Equal((WaitMode.Spin, NotifyMode.Poll), (read.Wait, read.Notify));
    }

    [Theory]
    [InlineData("""{"shm_regions":[""", "line 1: not JSON")]
    [InlineData("""{}""", "the key shm_regions is missing")]
    [InlineData("""{"shm_regions":7}""", "shm_regions: 7 is not an array")]
    [InlineData("""{"shm_regions":[]}""", "no region has the flag linux-2-npucore-buf")]
    [InlineData("""{"shm_regions":[{"region_flag":"x","zone0_ram_ipa":"0","zonex_ram_ipa":"0","mem_size":"1"}]}""", "shm_regions[0].region_flag: \"x\" is neither")]
    [InlineData("""{"shm_regions":[{"region_flag":"linux-2-npucore-buf","mem_size":"1"}]}""", "shm_regions[0]: the key zone0_ram_ipa is missing")]
    [InlineData("""{"shm_regions":[{"region_flag":"linux-2-npucore-buf","zone0_ram_ipa":"0xzz","zonex_ram_ipa":"0","mem_size":"1000"}]}""", "zone0_ram_ipa: \"0xzz\" is not a hexadecimal number")]
    [InlineData("""{"shm_regions":[{"region_flag":"linux-2-npucore-buf","zone0_ram_ipa":16,"zonex_ram_ipa":"0","mem_size":"1000"}]}""", "zone0_ram_ipa: 16 is not a string")]
    public void A_mistake_is_told_with_key_and_value(string text, string told)
    {
        ConfigurationException mistake = Assert.Throws<ConfigurationException>(() => Parse(text));
        Assert.Contains(told, mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backend=tape", "backend: \"tape\" is none of devmem, file, shm, memfd, ivshmem")]
    [InlineData("backend=file", "backend file needs the key path")]
    [InlineData("colour=red", "\"colour\" is no key")]
    [InlineData("path", "\"path\" is not key=value")]
    public void A_mistake_in_the_variable_is_told(string variable, string told)
    {
        ConfigurationException mistake = Assert.Throws<ConfigurationException>(
            () => ShmConfigurationReader.Parse($$"""{"shm_regions":[{{Payload}},{{Queue}}]}""", "f", variable));
        Assert.Contains(told, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Regions_that_overlap_are_refused()
    {
        string queue = Queue.Replace("de400000", "de3ff000", StringComparison.Ordinal);
        ConfigurationException mistake = Assert.Throws<ConfigurationException>(() => Parse($$"""{"shm_regions":[{{Payload}},{{queue}}]}"""));
        Assert.Contains("overlap", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_of_size_0_is_left_out_with_a_warning()
    {
        string empty = Payload.Replace("0x400000", "0", StringComparison.Ordinal);
        ShmConfiguration read = Parse($$"""{"shm_regions":[{{empty}},{{Payload}},{{Queue}}]}""");
        Assert.Contains("mem_size is 0", Assert.Single(read.Warnings), StringComparison.Ordinal);
    }

    private static ShmConfiguration Parse(string text) => ShmConfigurationReader.Parse(text, "shm_config.json", "");
}
