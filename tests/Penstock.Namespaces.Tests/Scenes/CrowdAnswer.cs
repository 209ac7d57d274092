namespace Penstock.Namespaces.Tests.Scenes;

/// <summary>How a command to a <see cref="Crowd"/> went.</summary>
/// <param name="Done">Connections for which it went well.</param>
/// <param name="Failed">Connections for which it did not.</param>
/// <param name="Error">The first error met: a SocketError, "Watchdog", or "none".</param>
public sealed record CrowdAnswer(int Done, int Failed, string Error);
