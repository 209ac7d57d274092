using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>As <see cref="NamespaceTheoryAttribute"/>, over a link whose program is compiled from bench/tunnel.</summary>
public sealed class LinkTheoryAttribute : TheoryAttribute
{
    public LinkTheoryAttribute() => Skip = Machine.WhySkippedWithoutCompiler;
}
