namespace Penstock.TestBed;

/// <summary>What a program that ran to its end left behind.</summary>
/// <param name="Status">Its exit status.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
public sealed record CommandResult(int Status, string Output, string Errors);
