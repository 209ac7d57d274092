using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Penstock.TestBed;

/// <summary>Runs a program to its end.</summary>
public static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Runs <paramref name="program"/> and returns what it wrote to standard output.</summary>
    /// <exception cref="InvalidOperationException">It ended with another status than 0, or not within four minutes.</exception>
    public static string Run(string program, params string[] arguments) => RunWithInput(null, program, arguments);

    /// <summary>As <see cref="Run"/>, with <paramref name="input"/> on standard input.</summary>
    public static string RunWithInput(string? input, string program, params string[] arguments)
    {
        var result = Try(input, program, arguments);
        return result.Status == 0
            ? result.Output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)}: status {result.Status}\n{input}{result.Errors}{result.Output}");
    }

    /// <summary>Runs <paramref name="program"/>; a status other than 0 is an answer like any other.</summary>
    public static CommandResult Try(string? input, string program, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(program, arguments, input is not null))
            ?? throw new InvalidOperationException($"{program} did not start");
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: not done after {Patience.TotalMinutes} minutes");
        }

        return new CommandResult(process.ExitCode, output.Result, errors.Result);
    }

    internal static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments, bool input)
    {
        var info = new ProcessStartInfo(program)
        {
            RedirectStandardInput = input,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);
        return info;
    }
}
