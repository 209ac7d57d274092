namespace Penstock.Namespaces.Tests.Scenes;

/// <summary>What came of the short uploads of a <see cref="Traffic"/> since its last mark.</summary>
/// <param name="Done">Went well.</param>
/// <param name="Failed">Did not.</param>
/// <param name="Last">When the last failed one began, in milliseconds after the mark; negative: before it.</param>
/// <param name="Slowest">Milliseconds of the longest one that went well.</param>
/// <param name="Error">The first error met, or "none".</param>
public sealed record TrafficMark(int Done, int Failed, int Last, int Slowest, string Error);
