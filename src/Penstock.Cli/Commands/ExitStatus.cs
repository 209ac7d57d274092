namespace Penstock.Cli.Commands;

/// <summary>What the command says to its caller; 0, 254 and 255 are the original's.</summary>
internal static class ExitStatus
{
    /// <summary>Stopped as asked, or a usable configuration.</summary>
    public const int Success = 0;

    /// <summary>The tunnel ended by itself, or the configuration has an error.</summary>
    public const int Failure = 1;

    /// <summary>The tunnel could not start.</summary>
    public const int StartFailed = 254;

    /// <summary>The command was not understood.</summary>
    public const int Usage = 255;
}
