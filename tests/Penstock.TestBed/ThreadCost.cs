namespace Penstock.TestBed;

/// <summary>What a thread has cost so far.</summary>
/// <param name="Id">Its thread id.</param>
/// <param name="Name">Its name, at most 15 characters.</param>
/// <param name="CpuSeconds">User and system time, in seconds.</param>
public sealed record ThreadCost(int Id, string Name, double CpuSeconds);
