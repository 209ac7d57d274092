using Xunit;

namespace Penstock.Native.Tests.Building;

/// <summary>A theory about the published library; says what is missing where it cannot run.</summary>
public sealed class LibraryTheoryAttribute : TheoryAttribute
{
    public LibraryTheoryAttribute(params string[] programs) => Skip = Library.Missing(["ip", "gcc", .. programs]);
}
