using System;
using Xunit;

namespace Penstock.Cli.Tests.HyperAmp;

/// <summary>A number that cannot be used: one sentence with option, value and range, and the status of a command that is not understood.</summary>
public sealed class NumberTests : IDisposable
{
    private readonly Zone _zone = new();

    public void Dispose() => _zone.Dispose();

    [Theory]
    [InlineData("-n 5: a whole number from 0 to 2", "amp", "ring", "-n", "5")]
    [InlineData("--channel x: a whole number from 0 to 2", "amp", "ring", "--channel", "x")]
    [InlineData("--timeout 1e30: a number from 0 to 1000000", "amp", "ring", "--timeout", "1e30")]
    [InlineData("--timeout NaN: a number from 0 to 1000000", "amp", "call", "CFG", "66", "x", "--timeout", "NaN")]
    [InlineData("--threads 257: a whole number from 1 to 256", "amp", "load", "CFG", "--threads", "257")]
    [InlineData("--size -1: a whole number from 0 to 2147483647", "amp", "load", "CFG", "--size=-1")]
    [InlineData("--seconds 0: a number from 0.001 to 1000000", "amp", "load", "CFG", "--seconds", "0")]
    [InlineData("--rate NaN: a number from 0 to 1000000000", "amp", "load", "CFG", "--rate", "NaN")]
    [InlineData("--interval 0: a number from 0.1 to 1000000", "amp", "top", "CFG", "--interval", "0")]
    [InlineData("--workers 257: a whole number from 0 to 256", "amp", "serve", "CFG", "--workers", "257")]
    [InlineData("--size 3: a power of two from 1 to 1024", "amp", "ivshmem", "SOCKET", "--file", "FILE", "--size", "3")]
    [InlineData("--vectors 17: a whole number from 1 to 16", "amp", "ivshmem", "SOCKET", "--file", "FILE", "--vectors", "17")]
    [InlineData("--count 0: a whole number from 1 to 2147483647", "shm", "hyper_amp_service", "CFG", "--count", "0")]
    [InlineData("--count 0: a whole number from 1 to 2147483647", "shm", "hyper_amp_qos", "CFG", "x", "1", "--count", "0")]
    [InlineData("--workers 999999: a whole number from 0 to 256", "shm", "hyper_amp_qos_service", "CFG", "--workers", "999999")]
    [InlineData("THREADS 300: a whole number from 0 to 256", "shm", "hyper_amp_service_test_mt", "CFG", "300")]
    [InlineData("THREADS 65: a whole number from 1 to 64", "shm", "hyper_amp_test_mt", "CFG", "x", "66", "65")]
    [InlineData("REQUESTS 10001: a whole number from 1 to 10000", "shm", "hyper_amp_test_mt", "CFG", "x", "66", "1", "10001")]
    [InlineData("THREADS 0: a whole number from 1 to 64", "shm", "setup_shm_client", "CFG", "INPUT", "OUTDIR", "0")]
    [InlineData("N 0: a whole number from 1 to 2147483647", "shm", "setup_request_gen", "FILE", "0")]
    [InlineData("SVC 16: a whole number from 1 to 15", "shm", "safe_service", "CFG", "16", "x", "0")]
    [InlineData("SIZE many: a whole number from 0 to 1048576", "shm", "safe_service", "CFG", "1", "x", "many")]
    public void It_is_told_before_anything_is_opened(string says, params string[] arguments)
    {
        (int status, _, string error) = _zone.Run(arguments);
        Assert.Equal((255, says), (status, error.Trim()));
    }
}
