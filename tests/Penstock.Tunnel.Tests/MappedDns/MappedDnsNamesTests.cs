using System;
using System.Collections.Generic;
using System.Threading;
using Penstock.Tunnel.Configuration;
using Penstock.Tunnel.MappedDns;
using Penstock.Wire.Dns;
using Penstock.Wire.Ip;
using Xunit;

namespace Penstock.Tunnel.Tests.MappedDns;

public class MappedDnsNamesTests
{
    [Fact]
    public void The_name_unused_for_longest_gives_its_address_away()
    {
        var client = DnsClient.New(o => o with { CacheSize = 3 });
        client.AskOne("a.example");
        client.AskOne("b.example");
        client.AskOne("c.example");
        Assert.Equal("100.64.0.0", client.AskOne("A.example")); // used again
        Assert.Equal("100.64.0.1", client.AskOne("d.example"));
        Assert.Equal("d.example", client.Resolver.TryName(DnsClient.Address("100.64.0.1")));
        Assert.Equal("100.64.0.2", client.AskOne("b.example"));
        Assert.Equal((3, 2), (client.Resolver.Count, client.Resolver.Evicted));
    }

    [Fact]
    public void A_connection_is_a_use_of_its_name_and_a_reverse_lookup_is_none()
    {
        var client = DnsClient.New(o => o with { CacheSize = 2 });
        client.AskOne("a.example");
        client.AskOne("b.example");
        Assert.Equal("a.example", client.Resolver.TryName(DnsClient.Address("100.64.0.0")));
        Assert.Equal("b.example", client.AskOne("1.0.64.100.in-addr.arpa", DnsType.Ptr));
        Assert.Equal("100.64.0.1", client.AskOne("c.example"));
        Assert.Equal("a.example", client.Resolver.TryName(DnsClient.Address("100.64.0.0")));
    }

    [Theory]
    [InlineData("1.0.0.0")] // the host bits of slot 0, in another network
    [InlineData("100.128.0.0")]
    [InlineData("100.64.0.1")] // no name has it
    [InlineData("100.64.255.255")]
    [InlineData("::100.64.0.0")]
    public void Addresses_of_no_name_stay_addresses(string address)
    {
        var client = DnsClient.New();
        client.AskOne("a.example");
        Assert.Null(client.Resolver.TryName(DnsClient.Address(address)));
    }

    [Fact]
    public void Host_bits_of_the_network_do_not_make_names_collide()
    {
        var client = DnsClient.New(o => o with
        {
            Network = DnsClient.Address("10.0.0.255"),
            Netmask = DnsClient.Address("255.255.255.0"),
            CacheSize = 255,
        });
        Assert.Equal("10.0.0.0", client.AskOne("a.example"));
        Assert.Equal("10.0.0.1", client.AskOne("b.example"));
    }

    [Fact]
    public void The_address_of_a_name_is_found_without_making_one()
    {
        var client = DnsClient.New();
        client.AskOne("A.example");
        Assert.True(client.Resolver.TryAddress("a.EXAMPLE", isV6: false, out InetAddress address));
        Assert.Equal("100.64.0.0", address.ToString());
        Assert.False(client.Resolver.TryAddress("b.example", isV6: false, out _));
        Assert.False(client.Resolver.TryAddress("a.example", isV6: true, out _));
        Assert.Equal(1, client.Resolver.Count);
    }

    [Fact]
    public void The_address_of_mapped_dns_itself_stands_for_no_name()
    {
        var client = DnsClient.New(o => o with
        {
            Server = new(DnsClient.Address("100.64.0.1"), 53),
            ServerV6 = new(DnsClient.Address("fd00::3"), 53),
            NetworkV6 = DnsClient.Address("fd00::"),
            CacheSize = 2,
        });
        Assert.Equal("100.64.0.0", client.AskOne("a.example"));
        Assert.Equal("100.64.0.2", client.AskOne("b.example"));
        Assert.Equal("100.64.0.0", client.AskOne("c.example"));
        Assert.Equal("fd00::2", client.AskOne("b.example", DnsType.Aaaa));
        Assert.Equal(2, client.Resolver.Count);
    }

    [Theory]
    [InlineData("255.255.255.0", 255, true)]
    [InlineData("255.255.255.0", 256, false)]
    [InlineData("0.0.0.0", 1, true)]
    [InlineData("255.255.255.255", 1, false)]
    [InlineData("255.0.255.0", 1, false)]
    [InlineData("255.255.255.0", 0, false)]
    public void The_names_must_fit_the_host_bits(string netmask, int cacheSize, bool expected)
    {
        var options = DnsClient.Options with { Netmask = DnsClient.Address(netmask), CacheSize = cacheSize };
        Assert.Equal(expected, Record.Exception(() => new MappedDnsResolver(options)) is null);
    }

    [Theory]
    [InlineData("100.64.0.0", 96)]
    [InlineData("fd00::", 128)]
    [InlineData("fd00::", -1)]
    [InlineData("fd00::", 127)]
    public void A_network_that_is_none_is_refused(string network, int prefix) =>
        Assert.ThrowsAny<ArgumentException>(() => DnsClient.New(
            o => o with { NetworkV6 = DnsClient.Address(network), PrefixV6 = prefix }));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    public void A_suffix_that_is_none_is_refused(string suffix) =>
        Assert.Throws<ArgumentException>(() => DnsClient.New(o => o with { Exclude = [suffix] }));

    [Fact]
    public void Queries_are_intercepted_where_they_should_be()
    {
        InetEndpoint server = new(DnsClient.Address("198.18.0.2"), 53);
        InetEndpoint serverV6 = new(DnsClient.Address("fd00::2"), 53);
        InetEndpoint other = new(DnsClient.Address("8.8.8.8"), 53);
        var plain = DnsClient.New().Resolver;
        Assert.True(plain.Intercepts(server));
        Assert.False(plain.Intercepts(server with { Port = 5353 }));
        Assert.False(plain.Intercepts(serverV6));
        Assert.False(plain.Intercepts(other));
        var hijacker = DnsClient.New(o => o with { ServerV6 = serverV6, HijackPort = 53 }).Resolver;
        Assert.True(hijacker.Intercepts(serverV6));
        Assert.True(hijacker.Intercepts(other));
        Assert.False(hijacker.Intercepts(other with { Port = 443 }));
        var none = DnsClient.New(o => o with { Server = server with { Port = 0 } }).Resolver;
        Assert.False(none.Intercepts(server with { Port = 0 }));
    }

    [Fact]
    public void The_configurations_section_turns_it_on()
    {
        Assert.Null(MappedDnsOptions.From(new MapDnsOptions()));
        var section = new MapDnsOptions
        {
            Address = DnsClient.Address("198.18.0.2"),
            Network = DnsClient.Address("100.64.0.0"),
            Netmask = DnsClient.Address("255.192.0.0"),
            CacheSize = 10_000,
        };
        var resolver = new MappedDnsResolver(MappedDnsOptions.From(section)!);
        Assert.True(resolver.Intercepts(new(section.Address, 53)));
        Assert.Equal("100.64.0.0", new DnsClient(resolver).AskOne("a.example"));
    }

    [Fact]
    public void Use_in_any_order_agrees_with_a_list()
    {
        var random = new Random(4);
        var client = DnsClient.New(o => o with { CacheSize = 20 });
        var byUse = new List<(string Name, string Address)>();
        for (int i = 0; i < 5000; i++)
        {
            string name = $"n{random.Next(30)}.example";
            int known = byUse.FindIndex(entry => entry.Name == name);
            string expected;
            if (known >= 0)
            {
                expected = byUse[known].Address;
                byUse.RemoveAt(known);
            }
            else if (byUse.Count < 20)
            {
                expected = $"100.64.0.{byUse.Count}";
            }
            else
            {
                expected = byUse[0].Address;
                byUse.RemoveAt(0);
            }
            byUse.Add((name, expected));
            Assert.Equal(expected, client.AskOne(name));
            int looked = random.Next(byUse.Count);
            var entry = byUse[looked];
            byUse.RemoveAt(looked);
            byUse.Add(entry);
            Assert.Equal(entry.Name, client.Resolver.TryName(DnsClient.Address(entry.Address)));
        }
    }

    [Fact]
    public void Shards_may_ask_at_once()
    {
        var client = DnsClient.New(o => o with { CacheSize = 50 });
        int wrong = 0;
        var threads = new Thread[4];
        for (int t = 0; t < threads.Length; t++)
        {
            int seed = t;
            threads[t] = new Thread(() =>
            {
                var random = new Random(seed);
                byte[] response = new byte[512];
                for (int i = 0; i < 5000; i++)
                {
                    byte[] query = DnsClient.Query($"n{random.Next(100)}.example", DnsType.A);
                    if (client.Resolver.Answer(query, response, false, out int length) != DnsVerdict.Answered || length == 0)
                        Interlocked.Increment(ref wrong);
                    client.Resolver.TryName(InetAddress.FromV4(0x64400000u + (uint)random.Next(60)));
                }
            })
            { IsBackground = true };
            threads[t].Start();
        }
        foreach (Thread thread in threads)
            Assert.True(thread.Join(TimeSpan.FromSeconds(60)), "the threads hang");
        Assert.Equal((0, 50), (wrong, client.Resolver.Count));
        for (uint i = 0; i < 50; i++)
        {
            string? name = client.Resolver.TryName(InetAddress.FromV4(0x64400000u + i));
            Assert.NotNull(name);
            Assert.Equal(InetAddress.FromV4(0x64400000u + i).ToString(), client.AskOne(name));
        }
    }
}
