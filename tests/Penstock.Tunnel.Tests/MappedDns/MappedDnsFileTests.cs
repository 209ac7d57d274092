using System;
using System.IO;
using System.Linq;
using Penstock.Tests;
using Penstock.Tunnel.MappedDns;
using Xunit;

namespace Penstock.Tunnel.Tests.MappedDns;

public sealed class MappedDnsFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("penstock-mapdns-").FullName;

    private string FilePath => Path.Combine(_directory, "names");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Names_and_the_order_of_their_use_survive()
    {
        var before = DnsClient.New(o => o with { CacheSize = 3 });
        before.AskOne("a.example");
        before.AskOne("B.example");
        before.AskOne("odd %\u00e9\t.example");
        before.AskOne("a.example");
        MappedDnsFile.Save(before.Resolver, FilePath);

        var after = DnsClient.New(o => o with { CacheSize = 3 });
        Assert.Equal(3, MappedDnsFile.Load(after.Resolver, FilePath));
        Assert.Equal("B.example", after.Resolver.TryName(DnsClient.Address("100.64.0.1")));
        Assert.Equal("100.64.0.2", after.AskOne("odd %\u00e9\t.example"));
        Assert.Equal("100.64.0.0", after.AskOne("new.example")); // "a" is the oldest now
        Assert.False(File.Exists(FilePath + ".new"));
    }

    [Fact]
    public void A_smaller_cache_takes_what_fits_and_fills_the_gaps()
    {
        File.WriteAllText(FilePath, "penstock-mapdns 1\n3 d.example\n9 no.example\n1 b.example\n1 twice.example\n2 D.example\n");
        var client = DnsClient.New(o => o with { CacheSize = 4 });
        Assert.Equal(2, MappedDnsFile.Load(client.Resolver, FilePath));
        Assert.Equal("100.64.0.3", client.AskOne("d.example"));
        string[] filled = [client.AskOne("x.example"), client.AskOne("y.example")];
        Array.Sort(filled);
        Assert.Equal(["100.64.0.0", "100.64.0.2"], filled);
        Assert.Equal("100.64.0.1", client.AskOne("z.example"));
        Assert.Equal(4, client.Resolver.Count);
    }

    [Theory]
    [InlineData("x a.example")]
    [InlineData("-1 a.example")]
    [InlineData("99999999999 a.example")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData("")]
    [InlineData("1 a..b")]
    [InlineData("1 a.example.")]
    [InlineData("1 %")]
    [InlineData("1 %4")]
    [InlineData("1 %zz")]
    [InlineData("1 a%00b")]
    public void A_line_without_sense_is_passed_over(string line)
    {
        File.WriteAllText(FilePath, $"penstock-mapdns 1\n{line}\n5 good.example\n");
        var client = DnsClient.New();
        Assert.Equal(1, MappedDnsFile.Load(client.Resolver, FilePath));
        Assert.Equal("100.64.0.5", client.AskOne("good.example"));
    }

    [Fact]
    public void A_missing_file_and_an_empty_one_hold_nothing()
    {
        var client = DnsClient.New();
        Assert.Equal(0, MappedDnsFile.Load(client.Resolver, FilePath));
        File.WriteAllText(FilePath, "");
        Assert.Equal(0, MappedDnsFile.Load(client.Resolver, FilePath));
        MappedDnsFile.Save(client.Resolver, FilePath);
        Assert.Equal("penstock-mapdns 1\n", File.ReadAllText(FilePath));
    }

    [Theory]
    [InlineData("#!/bin/sh\n")]
    [InlineData("penstock-mapdns 2\n")]
    [InlineData("\n")]
    public void Another_file_is_neither_read_nor_written(string text)
    {
        File.WriteAllText(FilePath, text);
        IsRefused();
        Assert.Equal(text, File.ReadAllText(FilePath));
    }

    [Fact]
    public void What_is_no_file_is_neither_read_nor_written()
    {
        Directory.CreateDirectory(FilePath);
        IsRefused();
        Directory.Delete(FilePath);
        File.CreateSymbolicLink(FilePath, "/dev/null");
        IsRefused();
        Assert.Equal("/dev/null", new FileInfo(FilePath).LinkTarget);
        File.Delete(FilePath);
        Assert.Equal(0, Program.Run("mkfifo", FilePath).ExitCode);
        IsRefused();
    }

    [Fact]
    public void A_link_stays_one_and_the_file_that_it_names_is_written()
    {
        string target = Path.Combine(_directory, "target");
        File.WriteAllText(target, "penstock-mapdns 1\n0 good.example\n");
        File.CreateSymbolicLink(FilePath, target);
        var client = DnsClient.New();
        Assert.Equal(1, MappedDnsFile.Load(client.Resolver, FilePath));
        client.AskOne("a.example");
        MappedDnsFile.Save(client.Resolver, FilePath);
        Assert.Equal(target, new FileInfo(FilePath).LinkTarget);
        Assert.Equal(["0 good.example", "1 a.example"], File.ReadLines(target).Skip(1));
    }

    [Fact]
    public void Another_s_file_beside_it_is_not_written_either()
    {
        File.WriteAllText(FilePath + ".new", "somebody's\n");
        Assert.ThrowsAny<IOException>(() => MappedDnsFile.Save(DnsClient.New().Resolver, FilePath));
        Assert.Equal("somebody's\n", File.ReadAllText(FilePath + ".new"));
    }

    // The message names the file, and what to do.
    private void IsRefused()
    {
        var client = DnsClient.New();
        client.AskOne("a.example");
        foreach (Action use in (Action[])[() => MappedDnsFile.Load(client.Resolver, FilePath), () => MappedDnsFile.Save(client.Resolver, FilePath)])
        {
            string message = Assert.ThrowsAny<IOException>(use).Message;
            Assert.StartsWith("mapdns.file: " + FilePath, message, StringComparison.Ordinal);
            Assert.Contains("name another", message, StringComparison.Ordinal);
        }
    }
}
