using System;

namespace Penstock.Fuzz;

/// <summary>A claim about what a target does with an input does not hold.</summary>
public sealed class FuzzException(string claim) : Exception(claim);
