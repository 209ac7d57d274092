using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using Xunit;

namespace Penstock.Cli.Tests.HyperAmp;

/// <summary>NPUCore's, setup's and QoS' commands against services in processes of their own.</summary>
public sealed class ServiceCommandTests : IDisposable
{
    private readonly Zone _zone = new();

    public void Dispose() => _zone.Dispose();

    [Fact]
    public async Task Npucores_services_answer_texts_and_request_files()
    {
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration, "--services", "npucore");
        (int status, string output, _) = _zone.Run("shm", "safe_service", _zone.Configuration, "9", "hello", "64");
        Assert.Equal(0, status);
        Assert.Contains("210714636441", output, StringComparison.Ordinal);

        Assert.Equal(0, _zone.Run("shm", "setup_request_gen", _zone.File("requests"), "20").ExitCode);
        string[] lines = File.ReadAllLines(_zone.File("requests"));
        Assert.Equal((21, "0"), (lines.Length, lines[20]));
        (status, output, _) = _zone.Run("shm", "setup_shm_client", _zone.Configuration, _zone.File("requests"), _zone.File("answers"), "4");
        Assert.Equal(0, status);
        Assert.Contains("Completed: 20/20", output, StringComparison.Ordinal);
        for (int i = 0; i < 20; i++)
            Assert.Equal(lines[i].Split('"')[1] + "\n", File.ReadAllText(Path.Combine(_zone.File("answers"), $"{i + 1}.txt")));
        await Zone.Stop(service);
    }

    [Fact]
    public async Task Qos_measures_what_the_other_process_shows()
    {
        Assert.Equal(1, _zone.Run("shm", "qos_stats", _zone.Configuration).ExitCode);
        Process service = await _zone.Serve("shm", "hyper_amp_qos_service", _zone.Configuration);
        (int status, string output, _) = _zone.Run("shm", "hyper_amp_qos", _zone.Configuration, "hello", "1", "--count", "10");
        Assert.Equal(0, status);
        Assert.Contains("class: RealTime", output, StringComparison.Ordinal);
        Assert.Contains("164e2c2f12", output, StringComparison.Ordinal);
        Assert.Contains("Completed: 10/10", output, StringComparison.Ordinal);
        (status, output, _) = _zone.Run("shm", "qos_stats", _zone.Configuration);
        Assert.Equal(0, status);
        Assert.Contains("RealTime", output, StringComparison.Ordinal);
        await Zone.Stop(service);
        Assert.False(File.Exists(_zone.File("region.side.qos")));
    }

    [Fact]
    public async Task Services_of_an_assembly_stand_above_the_sets()
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "Penstock.Cli.Tests.dll");
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration, "--assembly", assembly);
        Assert.Equal("olleh", _zone.Run("amp", "call", _zone.Configuration, "1000", "hello").Output);
        Assert.Equal("olleh", _zone.Run("amp", "call", _zone.Configuration, "66", "hello").Output);
        Assert.Equal("hello", _zone.Run("amp", "call", _zone.Configuration, "7", "hello").Output);
        await Zone.Stop(service);
    }

    [Fact]
    public async Task A_service_id_may_be_hexadecimal()
    {
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration);
        Assert.Equal("hello", _zone.Run("amp", "call", _zone.Configuration, "0x42", "hello").Output);
        (int status, _, string error) = _zone.Run("amp", "call", _zone.Configuration, "0x10000", "hello");
        Assert.Equal(255, status);
        Assert.Contains("'0x10000' is no service id", error, StringComparison.Ordinal);
        await Zone.Stop(service);
    }

    [Theory]
    [InlineData("0x0105")]
    [InlineData("261")]
    public async Task An_error_has_the_service_id_as_it_was_given(string id)
    {
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration, "--services", "modern");
        (int status, _, string error) = _zone.Run("amp", "call", _zone.Configuration, id, "hello");
        Assert.Equal((1, $"penstock amp call: service {id}: Failed\n"), (status, error));
        await Zone.Stop(service);
    }

    [Fact]
    public async Task Modern_services_without_keys_are_told_when_the_service_starts()
    {
        const string Line = "modern without --keys: 0x0102 to 0x0105 fail every message; 'penstock amp keys FILE' makes a key file\n";
        Assert.Equal(0, _zone.Run("amp", "keys", _zone.File("keys.pem")).ExitCode);
        Assert.Equal(Line, await ErrorsOf("--services", "original", "modern"));
        Assert.Equal("", await ErrorsOf("--services", "modern", "--keys", _zone.File("keys.pem")));
        Assert.Equal("", await ErrorsOf("--services", "original"));

        async Task<string> ErrorsOf(params string[] arguments)
        {
            Process service = await _zone.ServeTellingErrors(["amp", "serve", _zone.Configuration, .. arguments]);
            Task<string> errors = service.StandardError.ReadToEndAsync();
            await Zone.Stop(service);
            return await errors;
        }
    }

    [Fact]
    public async Task The_log_of_a_service_is_named_and_lies_in_the_current_directory()
    {
        Assert.Contains("service_performance.log", _zone.Run("shm", "hyper_amp_service_test", "--help").Output, StringComparison.Ordinal);
        Process service = await _zone.Serve("shm", "hyper_amp_service_test", _zone.Configuration);
        Task<string> shown = service.StandardOutput.ReadToEndAsync();
        Assert.Equal(0, _zone.Run("shm", "hyper_amp", _zone.Configuration, "hello", "66", "-o", _zone.File("out")).ExitCode);
        await Zone.Stop(service);
        Assert.EndsWith("Saved to: service_performance.log\n", await shown, StringComparison.Ordinal);
        Assert.Contains("1\t", File.ReadAllText(_zone.File("service_performance.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_to_a_modern_service_is_framed()
    {
        Assert.Equal(0, _zone.Run("amp", "keys", _zone.File("keys.pem")).ExitCode);
        Process service = await _zone.Serve("amp", "serve", _zone.Configuration, "--services", "modern", "--keys", _zone.File("keys.pem"));
        // A text whose CRC-32C is four ASCII letters, so that standard output is read as it was written.
        (int status, string output, string error) = _zone.Run("amp", "call", _zone.Configuration, "0x101", "text 84");
        Assert.Equal((0, ""), (status, error));
        Assert.Equal("MJBP", output);
        (status, output, error) = _zone.Run("amp", "call", _zone.Configuration, "0x105", "hello");
        Assert.Equal(1, status);
        Assert.Contains("Failed", error, StringComparison.Ordinal);
        (status, _, error) = _zone.Run("amp", "call", "--bare", _zone.Configuration, "0x101", "hello");
        Assert.Equal(1, status);
        Assert.Contains("Failed", error, StringComparison.Ordinal);
        await Zone.Stop(service);
    }

    [Fact]
    public void An_assembly_that_cannot_be_used_is_told()
    {
        string nothing = Path.Combine(AppContext.BaseDirectory, "Penstock.Linux.dll");
        (int status, _, string error) = _zone.Run("amp", "serve", _zone.Configuration, "--assembly", nothing);
        Assert.Equal(1, status);
        Assert.Contains("no class carries [ZoneService(id)]", error, StringComparison.Ordinal);
        Assert.Contains("there is no such file", _zone.Run("amp", "serve", _zone.Configuration, "--assembly", "/nowhere.dll").Error, StringComparison.Ordinal);
        File.WriteAllText(_zone.File("text.dll"), "text");
        Assert.Contains("cannot be loaded", _zone.Run("amp", "serve", _zone.Configuration, "--assembly", _zone.File("text.dll")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_from_a_file_without_a_name_is_told()
    {
        (int status, _, string error) = _zone.Run("shm", "hyper_amp", _zone.Configuration, "@", "66");
        Assert.Equal((1, "penstock shm hyper_amp: @: after it stands the name of a file\n"), (status, error));
    }

    [Fact]
    public void The_table_of_services_is_shown()
    {
        (int status, string output, _) = _zone.Run("shm", "show_safe_service");
        Assert.Equal(0, status);
        Assert.Equal(17, output.Trim().Split('\n').Length);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Keys_are_made_once_and_for_their_owner_alone()
    {
        Assert.Equal(0, _zone.Run("amp", "keys", _zone.File("keys.pem")).ExitCode);
        Assert.Equal(1, _zone.Run("amp", "keys", _zone.File("keys.pem")).ExitCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_zone.File("keys.pem")));
    }
}
