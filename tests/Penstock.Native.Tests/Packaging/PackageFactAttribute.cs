using Xunit;

namespace Penstock.Native.Tests.Packaging;

/// <summary>A fact about the packages; says what is missing where it cannot run.</summary>
public sealed class PackageFactAttribute : FactAttribute
{
    public PackageFactAttribute(params string[] programs) => Skip = Packages.Missing(["ip", "gcc", .. programs]);
}
