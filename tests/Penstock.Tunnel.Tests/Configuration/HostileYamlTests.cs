using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Penstock.Tunnel.Configuration;
using Xunit;

namespace Penstock.Tunnel.Tests.Configuration;

/// <summary>Texts that are made to hurt: each ends, with an answer, under a watchdog.</summary>
public sealed class HostileYamlTests
{
    private const string Marks = "{}[],:&*!|>'\"%@`#-? \t\r\n\\~";

    private static readonly TimeSpan s_watchdog = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{", 100_000)]
    [InlineData("- ", 100_000)]
    [InlineData("? ", 100_000)]
    [InlineData("a: {", 50_000)]
    [InlineData("&a ", 100_000)]
    [InlineData("!!a ", 50_000)]
    [InlineData("a: 1\n", 200_000)]
    [InlineData("- a\n", 200_000)]
    [InlineData("#", 1_000_000)]
    [InlineData("\n", 1_000_000)]
    [InlineData("'", 500_000)]
    [InlineData("\"\\", 300_000)]
    [InlineData("x", 1_000_000)]
    [InlineData("*a ", 300_000)]
    [InlineData("---\n", 200_000)]
    [InlineData("%", 500_000)]
    [InlineData("a,", 300_000)]
    [InlineData(": ", 300_000)]
    public async Task Repetition_ends(string unit, int times) => await Ends(string.Concat(Enumerable.Repeat(unit, times)));

    [Fact]
    public async Task Aliases_of_aliases_cost_nothing()
    {
        var text = new StringBuilder("a0: &a0 { x: 1 }\n");
        for (int level = 1; level <= 60; level++)
            text.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 9))}]\n");
        await Ends(text.Append("tunnel: *a60\n").ToString());
    }

    [Fact]
    public async Task Anchor_that_holds_itself_ends() => await Ends("tunnel: &t { ipv4: *t, name: &n [*n, *t] }\n");

    [Fact]
    public async Task Thirty_levels_are_read_and_a_thousand_are_refused()
    {
        Assert.NotNull((await Ends(ConfigText.Proxy + Nested(30))).Options);
        Assert.Null((await Ends(ConfigText.Proxy + Nested(1000))).Options);

        static string Nested(int levels) => "x: " + new string('[', levels) + new string(']', levels) + "\n";
    }

    [Fact]
    public async Task Ten_thousand_damaged_files_each_give_an_answer()
    {
        byte[] seed = Encoding.UTF8.GetBytes(
            "%YAML 1.1\n---\ntunnel: &t\n  name: \"tun\\x300\"\n  ipv4: { address: 1.2.3.4 }\n  mtu: 1500 # c\nsocks5: {port: 1080, address: '::1',\n"
            + "  username: >-\n    a\n  , password: !!str b }\nmisc:\n  - *t\n  ? x\n  : |\n    y\nthreading: { num-workers: 2 }\n...\n");
        await Watched(() =>
        {
            var random = new Random(20260901);
            for (int round = 0; round < 10_000; round++)
                Answers(TunnelConfiguration.Parse("fuzz.yml", Damage(seed, random)));
        });
    }

    private static byte[] Damage(byte[] seed, Random random)
    {
        byte[] bytes = [.. seed];
        for (int times = random.Next(1, 8); times > 0 && bytes.Length > 0; times--)
        {
            int at = random.Next(bytes.Length);
            int to = random.Next(at, bytes.Length);
            bytes = random.Next(4) switch
            {
                0 => [.. bytes[..at], (byte)Marks[random.Next(Marks.Length)], .. bytes[at..]],
                1 => [.. bytes[..at], .. bytes[to..], 0x20],
                2 => [.. bytes[..to], .. bytes[at..to], .. bytes[to..]],
                _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            };
        }
        return bytes;
    }

    private static async Task<ConfigurationResult> Ends(string text)
    {
        ConfigurationResult? result = null;
        await Watched(() => result = ConfigText.Parse(text));
        Answers(result!);
        return result!;
    }

    // Either options or an error that says why; never both, never neither.
    private static void Answers(ConfigurationResult result) =>
        Assert.NotEqual(result.Options is null, result.Diagnostics.All(d => d.Severity != DiagnosticSeverity.Error));

    private static async Task Watched(Action action) =>
        await Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(s_watchdog);
}
