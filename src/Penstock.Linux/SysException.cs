using System;

namespace Penstock.Linux;

/// <summary>A system call failed where the caller cannot go on: at start-up, or by misuse.</summary>
/// <param name="what">What was tried.</param>
/// <param name="result">How it failed.</param>
public sealed class SysException(string what, SysResult result) : Exception($"{what}: {result.Message} ({result.Name})")
{
    /// <summary>The error number.</summary>
    public int Errno { get; } = result.Errno;
}
