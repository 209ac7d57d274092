using System;

namespace Penstock.Cli.HyperAmp;

/// <summary>What <c>penstock amp ring</c> was asked for.</summary>
internal sealed record RingSettings
{
    /// <summary>File, device or PCI resource under the region; null for <c>/dev/mem</c> at the address, or the default file.</summary>
    public string? Path { get; init; }

    /// <summary>Physical address of the region, in hexadecimal as the original takes it.</summary>
    public string? Address { get; init; }

    /// <summary>Channel of the layout with three; null for the layout with one.</summary>
    public int? Channel { get; init; }

    public bool Creates { get; init; }

    public bool Serves { get; init; }

    /// <summary>The backend shows payload, too.</summary>
    public bool IsVerbose { get; init; }

    public string? Text { get; init; }

    public string? Encrypt { get; init; }

    public string? Decrypt { get; init; }

    public string? Echo { get; init; }

    public string? Output { get; init; }

    public bool Waits { get; init; }

    public bool Drains { get; init; }

    public bool IsInteractive { get; init; }

    public bool UsesBulk { get; init; }

    public string? SignatureFile { get; init; }

    public bool Validates { get; init; }

    public bool SeparateData { get; init; }

    public bool Interlocked { get; init; }

    public string? KeyFile { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The payload of the one service call that was asked for, and its service: 0 echo, 1 encrypt, 2 decrypt.</summary>
    public (string Data, ushort Service)? Call =>
        Encrypt is not null ? (Encrypt, 1) : Decrypt is not null ? (Decrypt, 2) : Echo is not null ? (Echo, 0) : null;
}
