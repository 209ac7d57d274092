namespace Penstock.HyperAmp.Queue;

/// <summary>A message that the service has taken off the page: its entry and its one and only copy.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Message">What the entry said.</param>
public readonly record struct CapturedMessage(int Index, Message Message);
