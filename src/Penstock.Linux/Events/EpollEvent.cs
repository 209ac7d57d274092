namespace Penstock.Linux.Events;

/// <summary>A descriptor that is ready.</summary>
/// <param name="Token">What the descriptor was added with.</param>
/// <param name="Ready">What it is ready for.</param>
public readonly record struct EpollEvent(ulong Token, EpollReady Ready);
