namespace Penstock.Simulation.Defects;

/// <summary>No defect.</summary>
public sealed class Faithful : Defect;
