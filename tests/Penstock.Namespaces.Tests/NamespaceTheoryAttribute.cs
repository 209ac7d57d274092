using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>As <see cref="NamespaceFactAttribute"/>, with a row for each combination.</summary>
public sealed class NamespaceTheoryAttribute : TheoryAttribute
{
    public NamespaceTheoryAttribute() => Skip = Machine.WhySkipped;
}
