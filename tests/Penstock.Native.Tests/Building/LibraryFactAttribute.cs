using Xunit;

namespace Penstock.Native.Tests.Building;

/// <summary>A fact about the published library; says what is missing where it cannot run.</summary>
public sealed class LibraryFactAttribute : FactAttribute
{
    public LibraryFactAttribute(params string[] programs) => Skip = Library.Missing(["ip", "gcc", .. programs]);
}
