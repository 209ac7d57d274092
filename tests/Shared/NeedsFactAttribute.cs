using Xunit;

namespace Penstock.Tests;

/// <summary>A fact that is skipped, with the reason printed, where the machine lacks something.</summary>
public sealed class NeedsFactAttribute : FactAttribute
{
    public NeedsFactAttribute(Needs needs) => Skip = Requirement.ReasonToSkip(needs);
}
