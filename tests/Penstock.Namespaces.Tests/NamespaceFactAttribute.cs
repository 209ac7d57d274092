using Xunit;

namespace Penstock.Namespaces.Tests;

/// <summary>A test that needs root, a TUN device and programs; says what is missing where it cannot run.</summary>
public sealed class NamespaceFactAttribute : FactAttribute
{
    public NamespaceFactAttribute() => Skip = Machine.WhySkipped;
}
