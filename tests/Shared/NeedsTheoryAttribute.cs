using Xunit;

namespace Penstock.Tests;

/// <summary>A theory that is skipped, with the reason printed, where the machine lacks something.</summary>
public sealed class NeedsTheoryAttribute : TheoryAttribute
{
    public NeedsTheoryAttribute(Needs needs) => Skip = Requirement.ReasonToSkip(needs);
}
